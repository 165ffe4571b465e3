import { createHash, createPublicKey, verify } from 'node:crypto';
import { AppError } from '../../../shared/errors/app-error';
import {
  chainBytes,
  type OutboxCommand,
  OutboxCommandSchema,
  signedBytes,
} from '../../../shared/protocol/outbox';
import type { WritableDb } from '../database';
import type { OutboxReceipt, OutboxState, OutboxVerdict } from '../outbox-protocol';
import type { AuditInput } from '../protocol';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf, textOrNull } from '../sql/values';
import { appendAudit } from './audit';
import { OutboxMirror } from './outbox-mirror';

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
    const count = (row: SqlRow | undefined): number => intOf(row?.[0]);
    const last = this.lastCommand();
    return {
      pending: count(this.db.get(sql`select count(*) from outbox where verdict is null`)),
      rejected: count(this.db.get(sql`select count(*) from outbox where verdict = 'rejected'`)),
      last: last === undefined ? null : { dseq: last.dseq, hash: hashOf(last) },
      mirror: this.mirror !== undefined ? 'kept' : this.hasDiffered ? 'differs' : 'none',
    };
  }

  /** See OutboxCalls.outboxAppend. */
  append(command: OutboxCommand, audit: AuditInput): OutboxState {
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
    let takeBack = (): void => undefined;
    try {
      this.db.transaction(() => {
        this.insert(command);
        appendAudit(this.db, this.device, audit, command.atMs);
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

  /** Keeps what the server said; a verdict that is there already stays. */
  keepVerdicts(verdicts: readonly OutboxVerdict[], receipt: OutboxReceipt | null): OutboxState {
    this.db.transaction(() => {
      for (const { dseq, verdict, reason } of verdicts)
        this.db.run(
          sql`update outbox set verdict = ${verdict}, reason = ${reason}, receiptMs = ${receipt?.atMs ?? null} where dseq = ${dseq} and verdict is null`,
        );
      if (receipt === null) return;
      const known = this.at(receipt.dseq);
      const isOurs = known !== undefined && hashOf(known) === receipt.head;
      // A server that refused a fork receipts the other branch: the refusal is what has to be shown.
      if (!isOurs && verdicts.some(({ verdict }) => verdict === 'rejected')) return;
      if (!isOurs) throw new AppError('SYNC_SIGNATURE_BAD', {}, 'receipt of another outbox');
      const { head, dseq, statement, atMs } = receipt;
      this.db.run(
        sql`insert or ignore into server_receipt values (${head}, ${dseq}, ${statement}, ${atMs})`,
      );
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

  /** Takes commands that only the copy has: each signed by this device and next in the chain. */
  private adopt(mirror: OutboxMirror, signKey: Uint8Array): boolean {
    const last = this.lastCommand();
    const from = last?.dseq ?? 0;
    let previous = last === undefined ? null : hashOf(last);
    let next = from + 1;
    const found: OutboxCommand[] = [];
    for (const command of mirror.all()) {
      if (command.dseq < next) continue;
      const isNext =
        command.dseq === next &&
        command.device === this.device &&
        command.previous === previous &&
        isSigned(command, signKey);
      if (!isNext) return false;
      found.push(command);
      previous = hashOf(command);
      next++;
    }
    this.db.transaction(() => {
      for (const command of found) this.insert(command);
      appendAudit(
        this.db,
        this.device,
        { kind: 'outbox-recovered', actor: '', payload: { from: from + 1, count: found.length } },
        Date.now(),
      );
    });
    return true;
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
