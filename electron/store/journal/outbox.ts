import { createHash, createPublicKey, verify } from 'node:crypto';
import { AppError } from '../../../shared/errors/app-error';
import {
  chainBytes,
  type OutboxCommand,
  OutboxCommandSchema,
  signedBytes,
} from '../../../shared/protocol/outbox';
import type { WritableDb } from '../database';
import type { OutboxCalls, OutboxReceipt, OutboxState, OutboxVerdict } from '../outbox-protocol';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf, textOrNull } from '../sql/values';
import { appendAudit } from './audit';
import { resumeLog } from './audit-uplink';
import { takeDecision, underReview } from './decided';
import {
  alarmOf,
  contradiction,
  isContradiction,
  keepReceipt,
  newestReceipt,
  setAlarm,
} from './outbox-alarm';
import { intentOf, keepIntent, sealInput, writeAround } from './outbox-intent';
import { OutboxMirror } from './outbox-mirror';
import { countItems, noteVerdict, settleItem } from './work-items';

const COLUMNS = raw('dseq, key, kind, actor, base, payload, atMs, previous, sig');

/**
 * Commands to the server, in the journal and in step with their copy outside the office. Gapless and
 * chained: each names the hash of the one before, and the device's key signed it (in main).
 */
export class Outbox {
  private mirror: OutboxMirror | undefined;
  private hasDiffered = false;

  constructor(
    /** The journal's connection of the moment: a change of its key opens another. */
    private readonly connection: () => WritableDb,
    private readonly device: string,
  ) {}

  private get db(): WritableDb {
    return this.connection();
  }

  /** See OutboxCalls.outboxOpen. */
  open(mirrorPath: string, signKey: Uint8Array): OutboxState {
    const mirror = new OutboxMirror(mirrorPath);
    this.mirror = undefined;
    this.hasDiffered = !this.reconcile(mirror, signKey);
    if (!this.hasDiffered) this.mirror = mirror;
    return this.state();
  }

  state(): OutboxState {
    const last = this.lastCommand();
    const { rejected, review } = countItems(this.db);
    return {
      pending: intOf(this.db.value(sql`select count(*) from outbox where verdict is null`)),
      rejected,
      underReview: review,
      last: last === undefined ? null : { dseq: last.dseq, hash: hashOf(last) },
      mirror: this.mirror !== undefined ? 'kept' : this.hasDiffered ? 'differs' : 'none',
      alarm: alarmOf(this.db),
      receipt: newestReceipt(this.db),
    };
  }

  /** See OutboxCalls.outboxAppend. */
  append(input: OutboxCalls['outboxAppend'][0]): OutboxState {
    const { command } = input;
    const { mirror } = this;
    if (mirror === undefined) throw new AppError('OUTBOX_DIFFERS', {}, this.state().mirror);
    // The same act told again after a crash: the key says so.
    const isKnown =
      this.db.value(sql`select count(*) from outbox where key = ${command.key}`) === 1;
    if (isKnown) return this.state();
    const last = this.lastCommand();
    const isNext =
      command.device === this.device &&
      command.dseq === (last?.dseq ?? 0) + 1 &&
      command.previous === (last === undefined ? null : hashOf(last));
    if (!isNext) throw new AppError('INTERNAL', {}, 'outbox: not the next command');
    const sealed = sealInput(this.db, input);
    keepIntent(this.db, hashOf(command), sealed);
    let takeBack = (): void => undefined;
    try {
      this.db.transaction(() => {
        this.insert(command);
        writeAround(this.db, this.device, sealed);
        takeBack = mirror.append([command]);
      });
    } catch (error) {
      takeBack();
      throw error;
    }
    return this.state();
  }

  pending(from: number | null, limit: number): readonly OutboxCommand[] {
    const rows =
      from === null
        ? this.db.all(
            sql`select ${COLUMNS} from outbox where verdict is null order by dseq limit ${limit}`,
          )
        : this.db.all(
            sql`select ${COLUMNS} from outbox where dseq >= ${from} order by dseq limit ${limit}`,
          );
    return rows.map((row) => this.commandOf(row));
  }

  /** See OutboxCalls.outboxVerdicts; a verdict that is there already stays. */
  keepVerdicts(verdicts: readonly OutboxVerdict[], receipt: OutboxReceipt): OutboxState {
    const own = this.at(receipt.dseq);
    this.db.transaction(() => {
      const ownHash = own === undefined ? undefined : hashOf(own);
      const found = contradiction(this.db, receipt, ownHash, verdicts);
      setAlarm(this.db, this.device, found, receipt);
      if (found?.kind === 'ahead' || found?.kind === 'differs') return;
      const said = verdicts.filter((verdict) => !isContradiction(verdict));
      for (const verdict of said) this.keepVerdict(verdict, receipt.atMs);
      keepReceipt(this.db, receipt);
    });
    return this.state();
  }

  /** See OutboxCalls.outboxAdopt. */
  takeBack({ entries, signKey }: OutboxCalls['outboxAdopt'][0]): OutboxState {
    const { mirror } = this;
    if (mirror === undefined) throw new AppError('OUTBOX_DIFFERS', {}, this.state().mirror);
    const found = this.nextOf(
      entries.map(({ command }) => command),
      signKey,
    );
    if (found?.length !== entries.length) throw new AppError('OUTBOX_DIFFERS', {}, 'history');
    let undo = (): void => undefined;
    try {
      this.db.transaction(() => {
        this.insertFound(found);
        for (const { command, verdict, reason } of entries)
          this.keepVerdict({ dseq: command.dseq, verdict, reason }, Date.now());
        undo = mirror.append(found);
      });
    } catch (error) {
      undo();
      throw error;
    }
    return this.state();
  }

  /** See OutboxCalls.outboxDismiss. */
  dismiss({ dseq, actor, note }: OutboxCalls['outboxDismiss'][0]): OutboxState {
    const atMs = Date.now();
    this.db.transaction(() => {
      settleItem(this.db, dseq, { actor, note, successor: null }, atMs);
      const payload = { dseq, note };
      appendAudit(this.db, this.device, { kind: 'outbox-dismissed', actor, payload }, atMs);
    });
    return this.state();
  }

  private keepVerdict(verdict: OutboxVerdict, atMs: number): void {
    const changed = this.db.run(
      sql`update outbox set verdict = ${verdict.verdict}, reason = ${verdict.reason}, receiptMs = ${atMs}
          where dseq = ${verdict.dseq} and verdict is null`,
    );
    const isNews = changed === 1 || takeDecision(this.db, this.device, verdict, atMs);
    if (!isNews) return;
    if (verdict.verdict === 'applied' && this.at(verdict.dseq)?.kind === 'audit-renewal')
      resumeLog(this.db, verdict.dseq, atMs);
    if (changed === 1) noteVerdict(this.db, verdict, atMs);
  }

  /** See OutboxCalls.outboxDecided. */
  takeDecisions(verdicts: readonly OutboxVerdict[]): OutboxState {
    this.db.transaction(() => {
      const waiting = new Set(underReview(this.db, Number.MAX_SAFE_INTEGER));
      for (const verdict of verdicts)
        if (waiting.has(verdict.dseq)) this.keepVerdict(verdict, Date.now());
    });
    return this.state();
  }

  /** False when the two are not of one history. */
  private reconcile(mirror: OutboxMirror, signKey: Uint8Array): boolean {
    const copied = mirror.last();
    const last = this.lastCommand();
    if (copied !== undefined && copied.device !== this.device) return false;
    if (copied !== undefined && copied.dseq > (last?.dseq ?? 0)) return this.adopt(mirror, signKey);
    if (copied !== undefined) {
      const own = this.at(copied.dseq);
      if (own === undefined || hashOf(own) !== hashOf(copied)) return false;
    }
    const missing = this.pending((copied?.dseq ?? 0) + 1, Number.MAX_SAFE_INTEGER);
    if (missing.length > 0) mirror.append(missing);
    return true;
  }

  /** Takes commands that only the copy has. */
  private adopt(mirror: OutboxMirror, signKey: Uint8Array): boolean {
    const found = this.nextOf(mirror.all(), signKey);
    if (found === undefined) return false;
    this.db.transaction(() => this.insertFound(found));
    return true;
  }

  /** Of a history what follows ours, each signed by this device and next in the chain; undefined when one is not. */
  private nextOf(
    history: readonly OutboxCommand[],
    signKey: Uint8Array,
  ): readonly OutboxCommand[] | undefined {
    const last = this.lastCommand();
    let previous = last === undefined ? null : hashOf(last);
    let next = (last?.dseq ?? 0) + 1;
    const found: OutboxCommand[] = [];
    for (const command of history) {
      if (command.dseq < next) continue;
      const isNext =
        command.dseq === next &&
        command.device === this.device &&
        command.previous === previous &&
        isSigned(command, signKey);
      if (!isNext) return undefined;
      found.push(command);
      previous = hashOf(command);
      next++;
    }
    return found;
  }

  private insertFound(found: readonly OutboxCommand[]): void {
    const [first] = found;
    if (first === undefined) return;
    for (const command of found) {
      this.insert(command);
      const input = intentOf(this.db, hashOf(command));
      if (input !== undefined) writeAround(this.db, this.device, input);
    }
    const payload = { from: first.dseq, count: found.length };
    const audit = { kind: 'outbox-recovered', actor: '', payload };
    appendAudit(this.db, this.device, audit, Date.now());
  }

  private insert(command: OutboxCommand): void {
    const { dseq, key, kind, actor, base = null, payload, atMs, previous, sig } = command;
    this.db.run(
      sql`insert into outbox (${COLUMNS}) values (${dseq}, ${key}, ${kind}, ${actor}, ${base}, ${payload}, ${atMs}, ${previous}, ${sig})`,
    );
  }

  private at(dseq: number): OutboxCommand | undefined {
    const row = this.db.get(sql`select ${COLUMNS} from outbox where dseq = ${dseq}`);
    return row === undefined ? undefined : this.commandOf(row);
  }

  private lastCommand(): OutboxCommand | undefined {
    const row = this.db.get(sql`select ${COLUMNS} from outbox order by dseq desc limit 1`);
    return row === undefined ? undefined : this.commandOf(row);
  }

  private commandOf(row: SqlRow): OutboxCommand {
    const base = intOrNull(row[4]);
    return OutboxCommandSchema.parse({
      device: this.device,
      dseq: intOf(row[0]),
      key: textOf(row[1]),
      kind: textOf(row[2]),
      actor: textOf(row[3]),
      ...(base === null ? {} : { base }),
      payload: textOf(row[5]),
      atMs: intOf(row[6]),
      previous: textOrNull(row[7]),
      sig: textOf(row[8]),
    });
  }
}

function hashOf(command: OutboxCommand): string {
  return createHash('sha256').update(chainBytes(command)).digest('hex');
}

function isSigned(command: OutboxCommand, spki: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const signature = Buffer.from(command.sig, 'base64url');
  const how = { key, dsaEncoding: 'ieee-p1363' } as const;
  return signature.length === 64 && verify('sha256', signedBytes(command), how, signature);
}
