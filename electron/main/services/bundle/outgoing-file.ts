import { randomBytes, webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import {
  OUTGOING_EXTENSION,
  OUTGOING_MAGIC,
  type Outgoing,
  type OutgoingHead,
  OutgoingHeadSchema,
  OutgoingSchema,
  outgoingBytes,
  outgoingContext,
  outgoingVersionOf,
} from '../../../../shared/protocol/bundle';
import { type BoxSubtle, sealBox } from '../../../../shared/protocol/sealed-box';
import { writeAtomically } from '../../../platform/atomic-write';
import { outboxBoxKey } from '../outbox/box-key';
import { signEs256 } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import { sha256Of } from './sha256';
import { stickError } from './volume-file';

const compress = promisify(gzip);

export interface OutgoingPart {
  readonly part: number;
  readonly parts: number;
  readonly madeMs: number;
}

/** One outgoing bundle as bytes, sealed to the server and signed by the device (server/bundle/FORMAT.md). */
export async function sealOutgoing(
  office: OfficeFile,
  signKey: Uint8Array,
  content: Outgoing,
  { part, parts, madeMs }: OutgoingPart,
): Promise<Buffer> {
  const { deviceId: device } = office;
  const id = randomBytes(16).toString('hex');
  const json = Buffer.from(canonicalJson(OutgoingSchema.parse(content)), 'utf8');
  const box = await sealBox(
    webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>,
    outboxBoxKey(office),
    new Uint8Array(await compress(json)),
    outgoingContext(id, device),
  );
  const unsigned: OutgoingHead = {
    format: 'fieldcert-outgoing',
    id,
    office: office.office.code,
    device,
    madeMs,
    part,
    parts,
    sha256: sha256Of(box),
    sig: '',
  };
  const sig = signEs256(signKey, outgoingBytes(unsigned)).toString('base64url');
  const head = Buffer.from(canonicalJson(OutgoingHeadSchema.parse({ ...unsigned, sig })), 'utf8');
  const prefix = Buffer.alloc(13);
  prefix.write(OUTGOING_MAGIC, 'latin1');
  prefix.writeUInt8(outgoingVersionOf(content), 8);
  prefix.writeUInt32BE(head.length, 9);
  return Buffer.concat([prefix, head, box]);
}

/** China Standard Time, as the pages show it. */
const OFFSET_MS = 8 * 3_600_000;

/** Name of a file: plain ASCII, as FAT32 keeps it. */
export function outgoingName(device: string, { part, parts, madeMs }: OutgoingPart): string {
  const time = new Date(madeMs + OFFSET_MS)
    .toISOString()
    .replace(/[-:]|\..*$/g, '')
    .replace('T', '-');
  const which = parts > 1 ? `-${part}of${parts}` : '';
  return `outgoing-${device.replace(/[^A-Za-z0-9-]/g, '-')}-${time}${which}.${OUTGOING_EXTENSION}`;
}

/** Writes a file and resolves when it is on the medium. Throws DISK_FULL, DISK_READ_ONLY, BUNDLE_GONE. */
export async function writeOutgoing(folder: string, name: string, bytes: Buffer): Promise<void> {
  try {
    await writeAtomically(join(folder, name), bytes);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw stickError(cause, folder);
  }
}
