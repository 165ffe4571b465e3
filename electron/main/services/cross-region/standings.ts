import type { z } from 'zod';
import type { Mark } from '../../../../shared/domain/marks/marks';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import {
  type Asked,
  AskedSchema,
  BoxAnswerSchema,
  CROSS_REGION_AT_HEADER,
  CROSS_REGION_MARKS_PATH,
  type Grant,
  GrantEndSchema,
  GrantSchema,
  type Standing,
  StandingsSchema,
  standingsContext,
} from '../../../../shared/protocol/cross-region';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import type { Line } from '../sync/line';
import { openDeviceBox, sealToDevice } from '../unlock/device-box';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';

/**
 * Facts of the journal: what the centre said last, in the box that it came in, and the tag of it. The journal opens to the
 * administrators too, the box does not: a request may name persons by their ID numbers.
 */
const STANDINGS_FACT = 'cross-region.standings';
const TAG_FACT = 'cross-region.tag';
/** When the centre looked, by its own clock: what a stick says of an earlier moment is old. */
const HEARD_FACT = 'cross-region.heard';
const EVERY_MS = 10_000;
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

export type Said = z.infer<typeof StandingsSchema>;

/** Nothing follows on it: whoever says later that it goes on is wrong. */
const isFinal = ({ state, end }: Standing): boolean =>
  state === 'ended' || state === 'refused' || end !== null;

/** A request with what was asked, and its grant where this device has one. */
export interface KnownRequest extends Omit<Standing, 'grant' | 'end'> {
  readonly is: Asked;
  readonly grant: Grant | null;
  /** Taken back by the centre. */
  readonly isEnded: boolean;
}

interface Parts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  office(): OfficeFile;
}

/** How requests to other regions stand: fetched with each run, kept in the journal, read without a network. */
export class Standings {
  private askedMs = 0;

  constructor(private readonly parts: Parts) {}

  /** The next pull asks the centre, however short ago the last one was. */
  forget(): void {
    this.askedMs = 0;
  }

  /** Takes what is new at the centre; true when something was. Throws codes of the line. */
  async pull(line: Line, signal: AbortSignal): Promise<boolean> {
    const { store, sessions, nowMs } = this.parts;
    const session = sessions.current;
    if (session === null || !session.keys.has('deviceBox')) return false;
    if (nowMs() - this.askedMs < EVERY_MS) return false;
    // What is here and does not open is asked for anew.
    const isKept = (await this.kept(session)) !== null;
    const tag = isKept ? ((await store.call('factGet', { name: TAG_FACT })) ?? '') : '';
    const headers: Record<string, string> = tag === '' ? {} : { 'If-None-Match': tag };
    const ask = { path: CROSS_REGION_MARKS_PATH, signal, headers };
    const answer = await line.getWithHeaders(ask, 'application/json', MAX_ANSWER_BYTES);
    this.askedMs = nowMs();
    const atMs = Number(answer.headers[CROSS_REGION_AT_HEADER]);
    if (answer.status === 304) {
      await this.hear(atMs);
      return false;
    }
    const body = BoxAnswerSchema.safeParse(parsed(answer.body.toString('utf8')));
    if (!body.success || (await openStandings(session, boxOf(body.data.box))) === null)
      throw new AppError('SYNC_PROTOCOL', {}, 'cross-region answer');
    await store.call('factSet', { name: STANDINGS_FACT, value: body.data.box });
    await store.call('factSet', { name: TAG_FACT, value: String(answer.headers.etag ?? '') });
    await this.hear(atMs);
    return true;
  }

  /** Whether the centre ever told of requests. Opens nothing: administrators may ask too. */
  async isHeard(): Promise<boolean> {
    return (await this.parts.store.call('factGet', { name: STANDINGS_FACT })) !== null;
  }

  /** When the centre looked that said last what is known; 0 where nothing is. */
  async heardMs(): Promise<number> {
    return Number((await this.parts.store.call('factGet', { name: HEARD_FACT })) ?? 0);
  }

  /**
   * Takes what a stick brings, checked by its bundle; false, and nothing changed, where more is known already. What ended
   * stays so, whatever else comes. Throws BUNDLE_ALTERED for a box that is not this device's.
   */
  async takeFrom(box: Uint8Array, atMs: number): Promise<boolean> {
    const { store, sessions } = this.parts;
    const session = sessions.demand();
    const said = await openStandings(session, box);
    if (said === null) throw new AppError('BUNDLE_ALTERED', { name: '' }, 'standings');
    if (atMs < (await this.heardMs())) return false;
    const known = (await this.kept(session))?.requests ?? [];
    const over = new Map(known.filter(isFinal).map((one) => [one.asked, one]));
    const requests = said.requests.map((one) =>
      isFinal(one) ? one : (over.get(one.asked) ?? one),
    );
    const text = Buffer.from(canonicalJson(StandingsSchema.parse({ requests })), 'utf8');
    const own = await sealToDevice(session, text, standingsContext(session.office.deviceId));
    text.fill(0);
    // The line asks anew: the tag was of another answer. The moment goes first, and the same stick may come again.
    await store.call('factSet', { name: TAG_FACT, value: '' });
    await this.hear(atMs);
    const value = Buffer.from(own).toString('base64');
    await store.call('factSet', { name: STANDINGS_FACT, value });
    return true;
  }

  private async hear(atMs: number): Promise<void> {
    if (!Number.isSafeInteger(atMs) || atMs <= (await this.heardMs())) return;
    await this.parts.store.call('factSet', { name: HEARD_FACT, value: String(atMs) });
  }

  /** What was said last, newest first; grants only as the centre signed them for this device. */
  async list(): Promise<readonly KnownRequest[]> {
    const kept = await this.kept(this.parts.sessions.demand());
    if (kept === null) return [];
    const { ca, statementCertificate, deviceId } = this.parts.office();
    const checks = new StatementChecks(ca, statementCertificate);
    const known: KnownRequest[] = [];
    for (const { grant, end, ...one } of kept.requests) {
      const asked = AskedSchema.safeParse(parsed(one.asked));
      if (!asked.success) continue;
      const signed = grant === null ? null : await checks.openTimeless(grant, GrantSchema);
      const isOwn = signed?.ok === true && signed.value.device === deviceId;
      const ended = end === null ? null : await checks.openTimeless(end, GrantEndSchema);
      const isEnded = ended?.ok === true && ended.value.grant === asked.data.request;
      known.push({ ...one, is: asked.data, grant: isOwn ? signed.value : null, isEnded });
    }
    return known.sort((a, b) => b.is.askedMs - a.is.askedMs);
  }

  /** What of a grant's rows is under verification in their own region, as it was said last. Throws LOCKED. */
  async marksOf(request: string): Promise<readonly Mark[]> {
    const kept = await this.kept(this.parts.sessions.demand());
    const of = ({ asked }: Standing) => AskedSchema.safeParse(parsed(asked)).data?.request;
    return kept?.requests.find((one) => of(one) === request)?.marks ?? [];
  }

  private async kept(session: OpenSession): Promise<Said | null> {
    const box = await this.parts.store.call('factGet', { name: STANDINGS_FACT });
    return box === null ? null : openStandings(session, boxOf(box));
  }
}

/** What a box says; null for one that is not this device's, or not of its form. */
export async function openStandings(session: OpenSession, box: Uint8Array): Promise<Said | null> {
  const context = standingsContext(session.office.deviceId);
  const bytes = await openDeviceBox(session, box, context);
  if (bytes === null) return null;
  return StandingsSchema.safeParse(parsed(Buffer.from(bytes).toString('utf8'))).data ?? null;
}

const boxOf = (text: string): Uint8Array => Buffer.from(text, 'base64');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
