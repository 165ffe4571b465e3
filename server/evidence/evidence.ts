import { createHash } from 'node:crypto';
import { sniff } from '../../shared/domain/attachment/sniff';
import { MIMES } from '../../shared/domain/model';
import {
  type EvidenceAnswer,
  evidenceContext,
  MAX_EVIDENCE_BYTES,
} from '../../shared/protocol/evidence';
import { SEALED_BOX_OVERHEAD_BYTES } from '../../shared/protocol/sealed-box';
import type { KeyProvider } from '../keys/key-provider';
import {
  addEvidencePart,
  beginEvidence,
  evidenceBytes,
  evidenceObject,
  evidenceStanding,
  settleEvidence,
} from '../store/evidence';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';

export interface EvidenceParts {
  readonly client: SqlClient;
  readonly objects: ObjectStore;
  readonly keys: KeyProvider;
  readonly nowMs: () => number;
}

/** Bytes of a sealed file from `at` on, of `total` altogether. */
export interface EvidencePiece {
  readonly at: number;
  readonly total: number;
  readonly bytes: Uint8Array;
}
type Standing = NonNullable<Awaited<ReturnType<typeof evidenceStanding>>>;
type Reason = NonNullable<EvidenceAnswer['reason']>;

const UNNAMED: EvidenceAnswer = { state: 'unnamed', have: 0, reason: null };

function answerOf({ object, refused, have }: Standing): EvidenceAnswer {
  if (object !== null) return { state: 'whole', have, reason: null };
  if (refused !== null) return { state: 'refused', have: 0, reason: refused as Reason };
  return { state: 'wanted', have, reason: null };
}

/** How far a device's evidence is here. */
export function evidenceOf(
  { client }: EvidenceParts,
  device: string,
  sha256: string,
): Promise<EvidenceAnswer> {
  return client.transaction(async (runner) => {
    const standing = await evidenceStanding(runner, device, sha256);
    return standing === undefined ? UNNAMED : answerOf(standing);
  });
}

/**
 * Takes a piece of a device's evidence. One that does not continue what is here changes nothing: the answer says from
 * where to go on. With the last byte the contents are opened and compared with what the command named. Throws RangeError
 * for sizes that nothing has.
 */
export function takeEvidence(
  parts: EvidenceParts,
  device: string,
  sha256: string,
  { at, total, bytes }: EvidencePiece,
): Promise<EvidenceAnswer> {
  const most = MAX_EVIDENCE_BYTES + SEALED_BOX_OVERHEAD_BYTES;
  if (total <= SEALED_BOX_OVERHEAD_BYTES || total > most || at + bytes.length > total)
    throw new RangeError('evidence of this size');
  return parts.client.transaction(async (runner) => {
    let standing = await evidenceStanding(runner, device, sha256);
    if (standing === undefined) return UNNAMED;
    if (standing.object !== null || standing.refused !== null) return answerOf(standing);
    if (standing.total !== total) {
      await beginEvidence(runner, device, sha256, total);
      standing = { ...standing, total, have: 0 };
    }
    if (at !== standing.have || bytes.length === 0) return answerOf(standing);
    await addEvidencePart(runner, device, sha256, at, bytes);
    const have = at + bytes.length;
    if (have < total) return answerOf({ ...standing, have });
    return judge(parts, runner, device, sha256);
  });
}

/**
 * Takes a whole sealed file, as a stick brings it; what had come of it before gives way. Throws RangeError for sizes
 * that nothing has.
 */
export function takeWholeEvidence(
  parts: EvidenceParts,
  device: string,
  sha256: string,
  box: Uint8Array,
): Promise<EvidenceAnswer> {
  const most = MAX_EVIDENCE_BYTES + SEALED_BOX_OVERHEAD_BYTES;
  if (box.length <= SEALED_BOX_OVERHEAD_BYTES || box.length > most)
    throw new RangeError('evidence of this size');
  return parts.client.transaction(async (runner) => {
    const standing = await evidenceStanding(runner, device, sha256);
    if (standing === undefined) return UNNAMED;
    if (standing.object !== null || standing.refused !== null) return answerOf(standing);
    await beginEvidence(runner, device, sha256, box.length);
    await addEvidencePart(runner, device, sha256, 0, box);
    return judge(parts, runner, device, sha256);
  });
}

async function judge(
  { objects, keys, nowMs }: EvidenceParts,
  runner: SqlRunner,
  device: string,
  sha256: string,
): Promise<EvidenceAnswer> {
  const sealed = await evidenceBytes(runner, device, sha256);
  const plain = await keys.openBox(sealed, evidenceContext(device, sha256));
  const fault = faultOf(plain, sha256);
  if (plain === undefined || fault !== null) {
    await settleEvidence(runner, device, sha256, { refused: fault ?? 'box' }, nowMs());
    return { state: 'refused', have: 0, reason: fault };
  }
  const found = sniff(plain);
  const mime = typeof found === 'string' ? 0 : MIMES[found.mime];
  // It rests as it came: sealed to the outbox key.
  const object = await objects.put(sealed);
  const outcome = { object, plainBytes: plain.length, mime };
  await settleEvidence(runner, device, sha256, outcome, nowMs());
  return { state: 'whole', have: sealed.length, reason: null };
}

function faultOf(plain: Uint8Array | undefined, sha256: string): Reason | null {
  if (plain === undefined) return 'box';
  if (createHash('sha256').update(plain).digest('hex') !== sha256) return 'hash';
  return typeof sniff(plain) === 'string' ? 'type' : null;
}

/** The plain contents of a device's evidence, for those at the centre who decide; undefined where they are not here. */
export async function readEvidence(
  { client, objects, keys }: EvidenceParts,
  device: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const object = await evidenceObject(client, device, sha256);
  const size = object === undefined ? undefined : await objects.size(object);
  if (object === undefined || size === undefined) return undefined;
  const sealed = await objects.read(object, { from: 0, to: size - 1 });
  return keys.openBox(sealed, evidenceContext(device, sha256));
}
