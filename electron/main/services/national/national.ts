import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type Cascade,
  isListed,
  MAX_FILTER_BYTES,
  readCascade,
} from '../../../../shared/domain/national/cascade';
import { applyDelta, isDelta } from '../../../../shared/domain/national/cascade-delta';
import { itemKey } from '../../../../shared/domain/national/mix';
import { AppError } from '../../../../shared/errors/app-error';
import type { CompactCode } from '../../../../shared/protocol/compact-code';
import {
  type CodeIssuer,
  NATIONAL_FILTER_PATH,
  NATIONAL_PATH,
  type National,
  NationalAnswerSchema,
  NationalSchema,
} from '../../../../shared/protocol/national';
import { verifyCodeSignature } from '../../../crypto/code-signature';
import { syncFolder, writeAtomically } from '../../../platform/atomic-write';
import type { NowMs, ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import { isOfLine } from '../sync/line-errors';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';
import type { SessionListener } from '../unlock/unlock';

const EVERY_MS = 6 * 60 * 60_000;
const MAX_STATEMENT_BYTES = 512 * 1024;
/** A filter up to this size costs nobody anything. */
const MOST_UNASKED_BYTES = 128 * 1024;

export interface NationalParts {
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** Statement and filter; both signed, neither holds anybody's data. */
  readonly statementPath: string;
  readonly filterPath: string;
  office(): OfficeFile;
}

interface Held {
  readonly national: National;
  readonly cascade: Cascade;
}

/** What the device can say of a code by itself. */
export type CodeAnswer =
  | { readonly state: 'unknown-issuer' }
  | { readonly state: 'altered' }
  /** Made on a day on which the key did not count. */
  | { readonly state: 'out-of-time'; readonly issuer: CodeIssuer }
  /** The signature is right. `status`: by the filter as of `day`, or why the filter cannot tell. */
  | {
      readonly state: 'genuine';
      readonly issuer: CodeIssuer;
      readonly status: 'clear' | 'listed' | 'newer' | 'uncovered';
      readonly day: number;
    };

/**
 * Codes of people from elsewhere: the keys that count and the national status filter, as this office's centre signed them.
 * Kept as they came, checked again whenever they are read; a newer publication replaces an older one, never the other way.
 */
export class NationalService implements SessionListener {
  private held: Held | null = null;
  private askedMs = 0;
  /** A newer filter waits for a line that may carry it. */
  private isLeft = false;
  /** Line and stick may bring one at the same time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: NationalParts) {}

  async opened(): Promise<void> {
    this.askedMs = 0;
    this.held = await this.read();
  }

  closing(): void {
    this.held = null;
  }

  /** What is held: its day and size; null where nothing is. */
  get facts(): Pick<National, 'day' | 'issuedMs' | 'filter'> | null {
    return this.held?.national ?? null;
  }

  /** Judges a code; null where the device holds no keys yet. */
  judge({ alg, kid, claims, signed, signature }: CompactCode): CodeAnswer | null {
    const { held } = this;
    if (held === null) return null;
    const issuer = held.national.issuers.find((one) => one.kid === kid && one.alg === alg);
    if (issuer === undefined) return { state: 'unknown-issuer' };
    if (!verifyCodeSignature(alg, issuer.key, signed, signature)) return { state: 'altered' };
    const { made } = claims;
    if (made < issuer.fromDay || (issuer.untilDay !== null && made > issuer.untilDay))
      return { state: 'out-of-time', issuer };
    const { day } = held.national;
    // For what it was not built from a filter says nothing: neither its silence nor its hit, which is one in some hundred there.
    const status = !issuer.isCovered
      ? 'uncovered'
      : made > day
        ? 'newer'
        : isListed(held.cascade, itemKey(issuer.centre, claims.id))
          ? 'listed'
          : 'clear';
    return { state: 'genuine', issuer, status, day };
  }

  /**
   * Takes what the centre published since; at most every six hours. A large filter waits for a line that is not paid for,
   * or for a person's consent (`takesBulk`). A centre that has nothing of the kind stops nobody.
   */
  async pull(line: Line, signal: AbortSignal, takesBulk: boolean): Promise<void> {
    const { nowMs, log } = this.parts;
    if (nowMs() - this.askedMs < EVERY_MS && !(takesBulk && this.isLeft)) return;
    try {
      this.isLeft = !(await this.fetchNewest(line, signal, takesBulk));
      this.askedMs = nowMs();
    } catch (error) {
      if (error instanceof AppError && isOfLine(error.code)) throw error;
      this.askedMs = nowMs();
      log.warn('national filter not taken', { detail: String(error) });
    }
  }

  /** False where a newer filter was left for later. */
  private async fetchNewest(line: Line, signal: AbortSignal, takesBulk: boolean): Promise<boolean> {
    const seq = this.held?.national.seq ?? 0;
    const headers: Record<string, string> =
      seq === 0 ? {} : { 'If-None-Match': `"national-${seq}"` };
    const ask = { path: NATIONAL_PATH, signal, headers };
    const answer = await line.getWithHeaders(ask, 'application/json', MAX_STATEMENT_BYTES);
    if (answer.status === 304) return true;
    const parsed = NationalAnswerSchema.safeParse(JSON.parse(answer.body.toString('utf8')));
    if (!parsed.success) throw new AppError('SYNC_PROTOCOL', {}, 'national answer');
    if (parsed.data.statement === null) return true;
    const text = JSON.stringify(parsed.data.statement);
    const national = await this.open(text);
    if (national === null) throw new AppError('SYNC_SIGNATURE_BAD', {}, 'national statement');
    if (national.seq <= seq) return true;
    const isWholeTaken = takesBulk || national.filter.bytes <= MOST_UNASKED_BYTES;
    const bring = (query: string, most: number) =>
      line.get(
        { path: `${NATIONAL_FILTER_PATH}?sha256=${national.filter.sha256}${query}`, signal },
        'application/octet-stream',
        most,
      );
    if (this.held !== null && (await this.takeDelta(text, this.held, bring, isWholeTaken)))
      return true;
    if (!isWholeTaken) return false;
    await this.take(text, await bring('', MAX_FILTER_BYTES));
    return true;
  }

  /**
   * Asks for what leads from the filter that is held to the newest one, or, where it may come unasked, for the whole in its
   * place. False where that did not bring it; what is wrong with a delta is nobody's trouble while the whole can be had.
   */
  private async takeDelta(
    statement: string,
    { national: { filter } }: Held,
    bring: (query: string, most: number) => Promise<Uint8Array>,
    isWholeTaken: boolean,
  ): Promise<boolean> {
    const from = `&from=${filter.sha256}`;
    try {
      await this.take(
        statement,
        await (isWholeTaken
          ? bring(from, MAX_FILTER_BYTES)
          : bring(`${from}&only=delta`, MOST_UNASKED_BYTES)),
      );
      return true;
    } catch (error) {
      // A delta that does not fit, or is not there, is SYNC_PROTOCOL too: no fault of the line.
      if (!(error instanceof AppError)) throw error;
      if (error.code !== 'SYNC_PROTOCOL' && isOfLine(error.code)) throw error;
      this.parts.log.info('national delta not taken', { detail: error.message });
      return false;
    }
  }

  /** What a publication says, checked; null where one as new is held. Throws SYNC_SIGNATURE_BAD, SYNC_PROTOCOL. */
  async newer(statement: string, filter: Uint8Array): Promise<National | null> {
    const { national } = await this.fit(statement, this.wholeOf(filter));
    return this.isNewer(national) ? national : null;
  }

  /**
   * Takes a publication, from the line or a stick: false where a newer one is held. Throws SYNC_SIGNATURE_BAD,
   * SYNC_PROTOCOL, DISK_FULL; what was held stays then.
   */
  take(statement: string, filter: Uint8Array): Promise<boolean> {
    const taken = this.turn.then(() => this.takeInTurn(statement, filter));
    this.turn = taken.catch(() => undefined);
    return taken;
  }

  private async takeInTurn(statement: string, filter: Uint8Array): Promise<boolean> {
    const whole = this.wholeOf(filter);
    const fresh = await this.fit(statement, whole);
    if (!this.isNewer(fresh.national)) return false;
    // Beside the former one first: whatever a power cut leaves, the statement stands with the filter that it names.
    await writeAtomically(this.nextPath, whole);
    await writeAtomically(this.parts.statementPath, statement);
    await this.putNext();
    this.held = fresh;
    return true;
  }

  private get nextPath(): string {
    return `${this.parts.filterPath}.next`;
  }

  private async putNext(): Promise<void> {
    const { filterPath } = this.parts;
    await rename(this.nextPath, filterPath);
    await syncFolder(dirname(filterPath));
  }

  /** The filter itself, where a delta came put together with what is held; the signed digest judges it. */
  private wholeOf(bytes: Uint8Array): Uint8Array {
    if (!isDelta(bytes)) return bytes;
    const made = this.held === null ? null : applyDelta(this.held.cascade, bytes);
    if (made?.ok !== true) throw new AppError('SYNC_PROTOCOL', {}, 'national delta');
    return made.value;
  }

  private isNewer({ seq }: National): boolean {
    return seq > (this.held?.national.seq ?? 0);
  }

  private async fit(statement: string, filter: Uint8Array): Promise<Held> {
    const national = await this.open(statement);
    if (national === null) throw new AppError('SYNC_SIGNATURE_BAD', {}, 'national statement');
    const sha256 = createHash('sha256').update(filter).digest('hex');
    const isWhole = filter.length === national.filter.bytes && sha256 === national.filter.sha256;
    const cascade = readCascade(filter);
    if (!isWhole || !cascade.ok) throw new AppError('SYNC_PROTOCOL', {}, 'national filter');
    return { national, cascade: cascade.value };
  }

  private async open(statement: string): Promise<National | null> {
    const { ca, statementCertificate } = this.parts.office();
    try {
      const checks = new StatementChecks(ca, statementCertificate);
      const opened = await checks.openTimeless(JSON.parse(statement), NationalSchema);
      return opened.ok ? opened.value : null;
    } catch {
      return null;
    }
  }

  /** What lies on the disk, checked; files that do not fit are put out of the way, the centre has them. */
  private async read(): Promise<Held | null> {
    const { statementPath, filterPath, log } = this.parts;
    const [statement, filter, next] = await Promise.all([
      readFile(statementPath, 'utf8').catch(() => null),
      readFile(filterPath).catch(() => null),
      readFile(this.nextPath).catch(() => null),
    ]);
    if (statement === null) return null;
    const held = filter === null ? null : await this.fitting(statement, filter);
    if (next === null) {
      if (held === null && filter !== null) await rm(statementPath, { force: true });
      return held;
    }
    if (held === null) {
      const late = await this.fitting(statement, next);
      // The power went between the statement and the last step.
      if (late !== null) {
        await this.putNext();
        return late;
      }
      await rm(statementPath, { force: true });
    } else log.info('a national filter that was not taken to the end is fetched again');
    await rm(this.nextPath, { force: true });
    return held;
  }

  private async fitting(statement: string, filter: Uint8Array): Promise<Held | null> {
    try {
      return await this.fit(statement, filter);
    } catch (error) {
      this.parts.log.warn('national filter does not fit', { detail: String(error) });
      return null;
    }
  }
}
