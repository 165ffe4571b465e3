import { open } from 'node:fs/promises';
import { issuerName } from '../../../device/certificate';
import { decodeAll, encodeOid, TAG } from '../cms/der';
import { ENVELOPE_TYPE } from './envelope';

const HEAD_BYTES = 64 << 10;
const CONTEXT_1 = 0xa1;

/** For whom a file was encrypted, as far as it says so in the open. */
export interface Envelope {
  readonly issuer: string;
  /** Upper-case hex, as `readCertificate` gives it. */
  readonly serial: string;
  /** As long as it says; whether a byte was changed only its recipient finds out. */
  readonly isWhole: boolean;
}

/** The head of an encrypted package (`encryptFile`); undefined for every other file. Throws the file system's error. */
export async function readEnvelope(path: string): Promise<Envelope | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return envelopeOf(buffer.subarray(0, bytesRead), size);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

function envelopeOf(head: Buffer, size: number): Envelope | undefined {
  const outer = headerAt(head, 0, TAG.sequence);
  const type = encodeOid(ENVELOPE_TYPE);
  if (!head.subarray(outer.start, outer.start + type.length).equals(type)) return undefined;
  const wrapped = headerAt(head, outer.start + type.length, TAG.context0);
  const enveloped = headerAt(head, wrapped.start, TAG.sequence);
  const version = headerAt(head, enveloped.start, TAG.integer);
  const infos = headerAt(head, version.start + version.length, TAG.set);
  const [info] = decodeAll(head.subarray(infos.start, infos.start + infos.length));
  if (info === undefined || infos.start + infos.length > head.length) return undefined;
  const [issuer, serial] = decodeAll(identifierOf(info.tag, info.content));
  if (issuer === undefined || serial === undefined) return undefined;
  return {
    issuer: issuerName(issuer.raw),
    serial: Buffer.from(serial.content).toString('hex').toUpperCase(),
    isWhole: outer.start + outer.length === size,
  };
}

/** Contents of the IssuerAndSerialNumber in a KeyTransRecipientInfo or a KeyAgreeRecipientInfo. */
function identifierOf(tag: number, content: Uint8Array): Uint8Array {
  const fields = decodeAll(content);
  if (tag === TAG.sequence) return fields[1]?.content ?? new Uint8Array();
  if (tag !== CONTEXT_1) return new Uint8Array();
  const [key] = decodeAll(fields[3]?.content ?? new Uint8Array());
  const [identifier] = decodeAll(key?.content ?? new Uint8Array());
  return identifier?.content ?? new Uint8Array();
}

/** A definite header whose contents may reach beyond what was read. Throws `RangeError`. */
function headerAt(head: Buffer, at: number, tag: number): { start: number; length: number } {
  if (head[at] !== tag) throw new RangeError('another tag');
  const first = head[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, length: first };
  const count = first & 0x7f;
  if (count < 1 || count > 4 || at + 2 + count > head.length) throw new RangeError('length');
  return { start: at + 2 + count, length: head.readUIntBE(at + 2, count) };
}
