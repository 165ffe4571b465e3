import { createHash, randomBytes } from 'node:crypto';
import { openGcm, sealGcm } from './aead';
import { hkdf } from './hkdf';

/**
 * An append-only log of sealed records, for acts that the journal cannot take at the moment.
 *
 *   file   = "FCEL1\n" | id (16 bytes) | salt (32 bytes) | record …
 *   record = u32be length | AES-256-GCM(k_seq, payload, aad = "fieldcert emergency log v1|id|seq|prev")
 *   prev   = hex SHA-256 of the record before (of the header for the first)
 *   k_1    = HKDF(log key, salt, "… record v1"), k_(seq+1) = SHA-256("… ratchet v1" ‖ k_seq)
 *   head   = AES-256-GCM(HKDF(log key, salt, "… head v1"), {seq, hash}, aad = id), in a file beside it
 *
 * Each record opens only in its place after the one before, so an edit, a removal or another order shows
 * at once; the head, replaced after every record, shows a log that was cut. Both rolled back together
 * look whole: that is found by the office's other records, not here.
 */
const MAGIC = Buffer.from('FCEL1\n', 'ascii');
const ID_BYTES = 16;
const SALT_BYTES = 32;
const HEADER_BYTES = MAGIC.length + ID_BYTES + SALT_BYTES;
const LENGTH_BYTES = 4;
const MAX_RECORD_BYTES = 1_048_576;
const LABEL = 'fieldcert emergency log v1';

/** The log's key of an office on this device, from K_region, which no local rotation changes. */
export function sealedLogKey(regionKey: Uint8Array): Uint8Array {
  return hkdf(regionKey, 'fieldcert emergency log key v1', 32);
}

/** Where a log ends. */
interface LogHead {
  readonly seq: number;
  readonly hash: string;
}

/** Continues a log: holds the next record's key only, so that written records cannot be made anew from it. */
export class LogSealer {
  readonly id: string;
  readonly header: Uint8Array;
  private readonly headKey: Uint8Array;
  private key: Uint8Array;
  private head: LogHead;

  private constructor(header: Uint8Array, logKey: Uint8Array) {
    const salt = header.subarray(MAGIC.length + ID_BYTES);
    this.header = header;
    this.id = hex(header.subarray(MAGIC.length, MAGIC.length + ID_BYTES));
    this.headKey = hkdf(logKey, `${LABEL} head`, 32, salt);
    this.key = hkdf(logKey, `${LABEL} record`, 32, salt);
    this.head = { seq: 0, hash: sha256(header) };
  }

  /** A new log. */
  static begin(logKey: Uint8Array): LogSealer {
    const own = randomBytes(ID_BYTES + SALT_BYTES);
    return new LogSealer(Buffer.concat([MAGIC, own]), logKey);
  }

  /** A log that begins with `header`; undefined when it is none. */
  static of(header: Uint8Array, logKey: Uint8Array): LogSealer | undefined {
    const isOurs = header.length === HEADER_BYTES && MAGIC.equals(header.subarray(0, MAGIC.length));
    return isOurs ? new LogSealer(Uint8Array.from(header), logKey) : undefined;
  }

  get seq(): number {
    return this.head.seq;
  }

  /** Makes the next record; the log goes on from it. Throws RangeError beyond 1 MiB. */
  seal(payload: Uint8Array): Uint8Array {
    const sealed = sealGcm(this.key, payload, this.aad());
    if (sealed.length > MAX_RECORD_BYTES) throw new RangeError('sealed log: record too long');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    const record = Buffer.concat([length, sealed]);
    this.advance(record);
    return record;
  }

  /** Opens the record that comes next; undefined when it is not the one that was written here. */
  open(record: Uint8Array): Uint8Array | undefined {
    const payload = openGcm(this.key, record.subarray(LENGTH_BYTES), this.aad());
    if (payload !== undefined) this.advance(record);
    return payload;
  }

  /** The sealed head, to be kept beside the log. */
  sealedHead(): Uint8Array {
    return sealGcm(this.headKey, Buffer.from(JSON.stringify(this.head)), this.id);
  }

  /** A head that was kept; undefined when it is not of this log. */
  openHead(sealed: Uint8Array): LogHead | undefined {
    const plain = openGcm(this.headKey, sealed, this.id);
    return plain === undefined
      ? undefined
      : (JSON.parse(Buffer.from(plain).toString('utf8')) as LogHead);
  }

  /** Hash of the last record. */
  get hash(): string {
    return this.head.hash;
  }

  zero(): void {
    this.key.fill(0);
    this.headKey.fill(0);
  }

  private aad(): string {
    return `${LABEL}|${this.id}|${this.head.seq + 1}|${this.head.hash}`;
  }

  private advance(record: Uint8Array): void {
    const next = createHash('sha256').update(`${LABEL} ratchet`).update(this.key).digest();
    this.key.fill(0);
    this.key = next;
    this.head = { seq: this.head.seq + 1, hash: sha256(record) };
  }
}

/** Why a log cannot be trusted from record `seq` on. */
export interface LogFault {
  readonly kind: 'header' | 'record' | 'truncated' | 'head';
  readonly seq: number;
}

export interface ReadLog {
  readonly id: string;
  /** Payloads of the records that hold, in order. */
  readonly payloads: readonly Uint8Array[];
  /** Length of the file up to the last record that holds. */
  readonly soundBytes: number;
  /** The last write did not end: nothing of it was ever answered. */
  readonly isTorn: boolean;
  readonly fault: LogFault | null;
  /** Goes on where the sound part ends; null without a header. The reader zeroes it. */
  readonly sealer: LogSealer | null;
}

/** Reads a whole log with the head kept beside it (null: there is none). */
export function readSealedLog(
  file: Uint8Array,
  sealedHead: Uint8Array | null,
  logKey: Uint8Array,
): ReadLog {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const sealer = LogSealer.of(bytes.subarray(0, HEADER_BYTES), logKey);
  if (sealer === undefined) {
    // Creation itself was cut: then no record was ever written.
    const isTorn = bytes.length < HEADER_BYTES && sealedHead === null;
    const fault = isTorn ? null : ({ kind: 'header', seq: 1 } as const);
    return { id: '', payloads: [], soundBytes: 0, isTorn, fault, sealer: null };
  }
  const before = [sealer.hash];
  const payloads: Uint8Array[] = [];
  let at = HEADER_BYTES;
  let isTorn = false;
  let fault: LogFault | null = null;
  while (at < bytes.length) {
    const length = at + LENGTH_BYTES <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const end = at + LENGTH_BYTES + length;
    if (length > MAX_RECORD_BYTES) {
      fault = { kind: 'record', seq: sealer.seq + 1 };
      break;
    }
    if (length === 0 || end > bytes.length) {
      isTorn = true;
      break;
    }
    const payload = sealer.open(bytes.subarray(at, end));
    if (payload === undefined) {
      fault = { kind: 'record', seq: sealer.seq + 1 };
      break;
    }
    payloads.push(payload);
    before.push(sealer.hash);
    at = end;
  }
  fault ??= headFault(sealer, sealedHead, before);
  return { id: sealer.id, payloads, soundBytes: at, isTorn, fault, sealer };
}

/** The head is written after its record: it may be one behind, never ahead and never of other records. */
function headFault(
  sealer: LogSealer,
  sealedHead: Uint8Array | null,
  hashes: readonly string[],
): LogFault | null {
  const { seq } = sealer;
  if (sealedHead === null) return seq <= 1 ? null : { kind: 'head', seq: seq + 1 };
  const head = sealer.openHead(sealedHead);
  if (head === undefined) return { kind: 'head', seq: seq + 1 };
  if (head.seq > seq) return { kind: 'truncated', seq: seq + 1 };
  if (head.seq < seq - 1 || hashes[head.seq] !== head.hash) return { kind: 'head', seq: seq + 1 };
  return null;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
