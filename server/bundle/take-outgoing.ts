import { createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  isOutgoingOf,
  MAX_OUTGOING_BYTES,
  OUTGOING_MAGIC,
  OUTGOING_VERSION,
  type Outgoing,
  type OutgoingHead,
  OutgoingHeadSchema,
  OutgoingSchema,
  outgoingBytes,
  outgoingContext,
} from '../../shared/protocol/bundle';
import { takeCommandsInTurn } from '../control/import-outbox';
import { takeReceipt } from '../control/receipts';
import { type EvidenceParts, takeWholeEvidence } from '../evidence/evidence';
import { keepReport } from '../store/device-contact';
import { keepWishes } from '../store/device-wishes';
import { type Device, findDevice } from '../store/devices';
import type { OutboxParts } from '../sync/outbox';
import { sha256Of } from './sha256';

/** What a device's outgoing bundle brought. */
export interface TakenOutgoing {
  readonly id: string;
  readonly device: string;
  readonly office: string;
  readonly madeMs: number;
  readonly part: number;
  readonly parts: number;
  readonly commands: number;
  /** By verdict, repetitions with the verdict of the first time. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly receipts: number;
  readonly failures: number;
  /** Evidence files by what became of them; `unnamed`: their command is not here, they were not taken. */
  readonly evidence: Readonly<Record<'whole' | 'refused' | 'unnamed', number>>;
  /** The device's slice differs: its next bundle brings a whole one. */
  readonly needsWhole: boolean;
}

const PREFIX_BYTES = 8 + 1 + 4;
const MAX_HEAD_BYTES = 4096;

interface Framed {
  readonly version: number;
  readonly head: OutgoingHead;
  readonly box: Uint8Array;
}

function unframe(bytes: Uint8Array): Framed {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length > MAX_OUTGOING_BYTES) throw new RangeError('the file is too large');
  if (file.length < PREFIX_BYTES || file.toString('latin1', 0, 8) !== OUTGOING_MAGIC)
    throw new RangeError('not an outgoing bundle of a device');
  const version = file.readUInt8(8);
  if (version > OUTGOING_VERSION)
    throw new RangeError('an outgoing bundle of a newer program: bring this server up to date');
  const headBytes = file.readUInt32BE(9);
  if (headBytes > MAX_HEAD_BYTES || PREFIX_BYTES + headBytes > file.length)
    throw new RangeError('the file is cut or altered');
  let value: unknown;
  try {
    value = JSON.parse(file.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headBytes));
  } catch {
    throw new RangeError('the file is cut or altered');
  }
  const head = OutgoingHeadSchema.safeParse(value);
  if (!head.success) throw new RangeError('the file is cut or altered');
  return { version, head: head.data, box: new Uint8Array(file.subarray(PREFIX_BYTES + headBytes)) };
}

function isSigned(device: Device, head: OutgoingHead): boolean {
  const key = createPublicKey({ key: Buffer.from(device.signKey), format: 'der', type: 'spki' });
  const how = { key, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', outgoingBytes(head), how, Buffer.from(head.sig, 'base64url'));
}

async function open(parts: OutboxParts, { version, head, box }: Framed): Promise<Outgoing> {
  const plain = await parts.keys.openBox(box, outgoingContext(head.id, head.device));
  if (plain === undefined) throw new RangeError('sealed to another server, or altered');
  let value: unknown;
  try {
    const json = gunzipSync(plain, { maxOutputLength: MAX_OUTGOING_BYTES });
    value = JSON.parse(json.toString('utf8'));
  } catch {
    throw new RangeError('the content is not what a device writes');
  }
  const content = OutgoingSchema.safeParse(value);
  // The version stands outside the signature: what the content is must say the same.
  if (!content.success || !isOutgoingOf(version, content.data))
    throw new RangeError('the content is not what a device writes');
  return content.data;
}

/**
 * Takes a device's outgoing bundle as if the device had sent it: repeating it changes nothing. A revoked or
 * wiped device's bundle is taken too: what it did before is still to be told. Throws RangeError with the reason
 * for a file that is none, cut, altered, not the device's, or sealed to another server; then nothing is taken.
 */
export async function takeOutgoing(
  parts: OutboxParts & EvidenceParts,
  bytes: Uint8Array,
): Promise<TakenOutgoing> {
  const framed = unframe(bytes);
  const { head, box } = framed;
  const device = await findDevice(parts.client, head.device);
  if (device === undefined) throw new RangeError(`no device ${head.device}`);
  if (!isSigned(device, head) || sha256Of(box) !== head.sha256)
    throw new RangeError('the file is altered, or not written by its device');
  const { commands, receipts, report, wishes, evidence = [] } = await open(parts, framed);
  const verdicts = await takeCommandsInTurn(parts, device, commands);
  let taken = 0;
  for (const receipt of receipts) {
    const isTaken = await parts.client.transaction((runner) =>
      takeReceipt(runner, device, receipt, parts.nowMs()),
    );
    if (isTaken) taken++;
  }
  const failures = await parts.client.transaction(async (runner) => {
    await keepWishes(runner, device.id, wishes ?? null, Math.min(head.madeMs, parts.nowMs()));
    return keepReport(runner, device.id, report, 'stick', parts.nowMs());
  });
  const became = { whole: 0, refused: 0, unnamed: 0 };
  for (const { sha256, box: sealed } of evidence) {
    const file = new Uint8Array(Buffer.from(sealed, 'base64'));
    const { state } = await takeWholeEvidence(parts, device.id, sha256, file);
    if (state !== 'wanted') became[state]++;
  }
  const { id, office, madeMs, part, parts: of } = head;
  return {
    id,
    device: device.id,
    office,
    madeMs,
    part,
    parts: of,
    commands: commands.length,
    verdicts,
    receipts: taken,
    failures,
    evidence: became,
    needsWhole: wishes?.needsWhole ?? false,
  };
}
