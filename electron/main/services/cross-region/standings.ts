import { AppError } from '../../../../shared/errors/app-error';
import {
  type Asked,
  AskedSchema,
  BoxAnswerSchema,
  CROSS_REGION_PATH,
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
import { openDeviceBox } from '../unlock/device-box';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';

/** Facts of the journal: what the centre said last, and the tag of it. */
const STANDINGS_FACT = 'cross-region.standings';
const TAG_FACT = 'cross-region.tag';
const EVERY_MS = 10_000;
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

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
    const tag = (await store.call('factGet', { name: TAG_FACT })) ?? '';
    const headers: Record<string, string> = tag === '' ? {} : { 'If-None-Match': tag };
    const ask = { path: CROSS_REGION_PATH, signal, headers };
    const answer = await line.getWithHeaders(ask, 'application/json', MAX_ANSWER_BYTES);
    this.askedMs = nowMs();
    if (answer.status === 304) return false;
    const body = BoxAnswerSchema.safeParse(parsed(answer.body.toString('utf8')));
    const context = standingsContext(session.office.deviceId);
    const bytes = body.success
      ? await openDeviceBox(session, Buffer.from(body.data.box, 'base64'), context)
      : null;
    const text = bytes === null ? '' : Buffer.from(bytes).toString('utf8');
    if (!StandingsSchema.safeParse(parsed(text)).success)
      throw new AppError('SYNC_PROTOCOL', {}, 'cross-region answer');
    await store.call('factSet', { name: STANDINGS_FACT, value: text });
    await store.call('factSet', { name: TAG_FACT, value: String(answer.headers.etag ?? '') });
    return true;
  }

  /** What was said last, newest first; grants only as the centre signed them for this device. */
  async list(): Promise<readonly KnownRequest[]> {
    const text = await this.parts.store.call('factGet', { name: STANDINGS_FACT });
    const kept = StandingsSchema.safeParse(parsed(text ?? ''));
    if (!kept.success) return [];
    const { ca, statementCertificate, deviceId } = this.parts.office();
    const checks = new StatementChecks(ca, statementCertificate);
    const known: KnownRequest[] = [];
    for (const { grant, end, ...one } of kept.data.requests) {
      const asked = AskedSchema.safeParse(parsed(one.asked));
      if (!asked.success) continue;
      const opened = grant === null ? null : await checks.openTimeless(grant, GrantSchema);
      const isOwn = opened?.ok === true && opened.value.device === deviceId;
      const ended = end === null ? null : await checks.openTimeless(end, GrantEndSchema);
      const isEnded = ended?.ok === true && ended.value.grant === asked.data.request;
      known.push({ ...one, is: asked.data, grant: isOwn ? opened.value : null, isEnded });
    }
    return known.sort((a, b) => b.is.askedMs - a.is.askedMs);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
