import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  type Acknowledgement,
  type Alert,
  officeOffsetMs,
} from '../../../../shared/domain/alerts/alert';
import { alertPolicyOf } from '../../../../shared/domain/alerts/thresholds';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import { ulid } from '../../../../shared/kernel/ids';
import type { HighestSeen } from '../../../platform/clock';
import type { FoundAlerts } from '../../../store/alert-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { ServiceLog } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type AlertRules, alertRules } from './alert-rules';

const FIRST_AFTER_MS = 90_000;
const EVERY_MS = 30 * 60_000;
/** A page that asks again within it gets what was found then. */
const FRESH_MS = 5_000;
/** Fact of the journal: ids of alerts that the superior was told of, JSON. */
const TOLD_FACT = 'alerts.told';

export interface AlertsParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly clock: HighestSeen;
  readonly log: ServiceLog;
  readonly outbox: Pick<OutboxService, 'tell'>;
  isEmergency(): boolean;
  /** What the device knows of its office now. */
  office(): OfficeFile;
  /** Certificates that a person may export a day, the least of the roles. */
  exportsPerDay(): Promise<number>;
  names(): Promise<ReadonlyMap<string, string>>;
}

interface Looked {
  readonly atMs: number;
  readonly found: FoundAlerts;
  readonly rules: AlertRules;
}

/**
 * Looks through the log for use of the data that is out of the ordinary. Every session that can report does so, by itself and
 * whoever is at the desk: the head's own acts reach the superior too. Readers of the log see it and say what they found out.
 */
export class AlertsService implements SessionListener {
  private round = 0;
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private looked: Looked | null = null;
  private isViewed = false;
  /** Pages get other names of the alerts: an id may hold the number of a certificate, which not every reader may know. */
  private readonly pageKey = randomBytes(32);

  constructor(private readonly parts: AlertsParts) {}

  opened(): void {
    this.end();
    if (!this.parts.isEmergency()) this.lookAgainIn(FIRST_AFTER_MS);
  }

  closing(): void {
    this.end();
  }

  /** What is out of the ordinary in the last weeks, the newest first. */
  async list(): Promise<RouteOutput<'alerts.list'>> {
    const { view } = this.parts.sessions.demand();
    if (!this.isViewed) {
      this.isViewed = true;
      await this.note('audit-viewed', {});
    }
    const { atMs, found, rules } = await this.lookOnce(true);
    const said = new Map(found.acknowledged.map((one) => [one.id, one]));
    const names = await this.parts.names();
    const nameOf = (actor: string) => names.get(actor) ?? null;
    const alerts = found.alerts.map(({ id, ...alert }) => {
      const word = said.get(id);
      return {
        ...alert,
        key: this.keyOf(id),
        name: nameOf(alert.actor),
        isOwn: alert.actor === view.userId,
        isOpen: isOpen(alert, word),
        acknowledged:
          word === undefined
            ? null
            : { name: nameOf(word.by) ?? word.by, atMs: word.atMs, note: word.note },
      };
    });
    return { atMs, entries: found.entries, isCut: found.isCut, rules, alerts };
  }

  /** Keeps what somebody found out. Throws FORBIDDEN for one's own alert, INPUT_INVALID for one that is not there. */
  async acknowledge({ key, count, note }: ParsedInput<'alerts.acknowledge'>): Promise<void> {
    const { view } = this.parts.sessions.demand();
    const { found } = await this.lookOnce(true);
    const alert = found.alerts.find((one) => this.keyOf(one.id) === key);
    if (alert === undefined) throw new AppError('INPUT_INVALID', { field: 'key' });
    if (alert.actor === view.userId) throw new AppError('FORBIDDEN', {}, 'an alert about oneself');
    // What the person saw: what was added meanwhile stays open.
    const seen = Math.min(count, alert.count);
    await this.note('alert-acknowledged', { alert: alert.id, count: seen, note });
    this.looked = null;
  }

  /** Looks now and tells the superior of what was not told before; how many those were. */
  async report(): Promise<number> {
    const { store, sessions, outbox } = this.parts;
    const session = sessions.demand();
    const { found } = await this.lookOnce(false);
    if (!session.keys.has('deviceSign')) return 0;
    const former = await store.call('factGet', { name: TOLD_FACT });
    const present = new Set(found.alerts.map(({ id }) => id));
    const told = toldOf(former).filter((id) => present.has(id));
    const open = found.alerts.filter(({ id }) => !told.includes(id)).reverse();
    const { round } = this;
    for (const { id, actor: about, ...alert } of open) {
      if (round !== this.round) break;
      told.push(id);
      // A journal of yesterday tells it again under the same key, which the centre knows.
      const digest = createHash('sha256').update(`${session.office.deviceId}/${id}`).digest();
      const key = ulid(alert.day * 86_400_000, digest.subarray(0, 10));
      const fact = { name: TOLD_FACT, value: JSON.stringify(told) };
      await outbox.tell('alert', { about, ...alert }, { key, fact });
    }
    return open.length;
  }

  private lookOnce(mayReuse: boolean): Promise<Looked> {
    const turn = this.turn.then(async () => {
      const atMs = this.parts.clock.highestMs();
      const { looked } = this;
      if (mayReuse && looked !== null && atMs - looked.atMs < FRESH_MS) return looked;
      return this.look(atMs);
    });
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  private async look(atMs: number): Promise<Looked> {
    const { store, sessions } = this.parts;
    const { round } = this;
    const session = sessions.demand();
    const rules = await alertRules({
      store,
      office: this.parts.office,
      note: (kind, payload) => this.note(kind, payload),
    });
    const policy = alertPolicyOf(rules.thresholds, await this.parts.exportsPerDay());
    const offsetMs = officeOffsetMs(session.view.regions);
    for (let isNew = true; ; isNew = false) {
      const { found } = await store.call('alertScan', { isNew, nowMs: atMs, offsetMs, policy });
      if (round !== this.round) throw new AppError('LOCKED');
      if (found === null) continue;
      this.looked = { atMs, found, rules };
      return this.looked;
    }
  }

  private lookAgainIn(ms: number): void {
    const { round } = this;
    this.timer = setTimeout(() => {
      this.report()
        .catch((error: unknown) => {
          if (round === this.round)
            this.parts.log.warn('alerts not looked for', { detail: String(error) });
        })
        .finally(() => {
          if (round === this.round) this.lookAgainIn(EVERY_MS);
        });
    }, ms);
    this.timer.unref();
  }

  private end(): void {
    this.round++;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.looked = null;
    this.isViewed = false;
  }

  private keyOf(id: string): string {
    return createHmac('sha256', this.pageKey).update(id).digest('hex').slice(0, 32);
  }

  private note(kind: string, payload: Readonly<Record<string, unknown>>) {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    return store.call('auditAppend', { kind, actor, payload });
  }
}

function isOpen({ count }: Pick<Alert, 'count'>, word: Acknowledgement | undefined): boolean {
  return word === undefined || word.count < count;
}

/** Nothing where a former program wrote it otherwise: telling again does no harm. */
function toldOf(text: string | null): string[] {
  try {
    const ids: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(ids) ? ids.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
