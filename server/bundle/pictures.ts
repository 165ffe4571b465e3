import { dayInShanghai } from '../../shared/kernel/day';
import { ATTACHMENT_OVERHEAD_BYTES } from '../../shared/protocol/attachment';
import {
  type BundleWishes,
  MAX_BUNDLE_PICTURES,
  MAX_SETTLED_EVIDENCE,
  type PictureEntry,
  type SettledEvidence,
} from '../../shared/protocol/bundle';
import { attachmentObjectOf } from '../attachments/attachments';
import type { ServerParts } from '../http/parts';
import { attachmentBytes, hashesEnding, hashesOfRows } from '../store/attachments';
import { settledEvidence } from '../store/evidence';
import type { Region } from '../sync/regions';
import type { VolumeWriter } from './volume-writer';

/** Certificates that end within so many days are looked at first on site. */
const SOON_DAYS = 90;

interface Picture {
  readonly sha256: string;
  /** Name of the sealed object. */
  readonly object: string;
  /** Of the sealed object. */
  readonly bytes: number;
}

/**
 * Pictures for a device within a budget: what it wished, in its order; where the administrator names the budget
 * (`budgetBytes`), then those of certificates that end soon. What is lost here is left out.
 */
export async function choosePictures(
  parts: ServerParts,
  region: Region,
  wishes: BundleWishes | undefined,
  budgetBytes: number | undefined,
): Promise<readonly Picture[]> {
  const { client, nowMs } = parts;
  const budget = budgetBytes ?? wishes?.pictureBytes ?? 0;
  if (budget === 0) return [];
  const hashes = new Set(await hashesOfRows(client, region.slice, wishes?.pictures ?? []));
  if (budgetBytes !== undefined) {
    const today = dayInShanghai(nowMs());
    const range = { from: today, to: today + SOON_DAYS, limit: MAX_BUNDLE_PICTURES };
    for (const sha256 of await hashesEnding(client, region.slice, range)) hashes.add(sha256);
  }
  const chosen: Picture[] = [];
  let left = budget;
  for (const sha256 of hashes) {
    const plain = await attachmentBytes(client, region.slice, sha256);
    const bytes = (plain ?? Number.POSITIVE_INFINITY) + ATTACHMENT_OVERHEAD_BYTES;
    if (bytes > left || chosen.length === MAX_BUNDLE_PICTURES) continue;
    const object = await attachmentObjectOf(parts, region, sha256);
    if (object === undefined) continue;
    left -= bytes;
    chosen.push({ sha256, object, bytes });
  }
  return chosen;
}

/** Writes the pictures as they would travel over the line. */
export async function writePictures(
  { objects }: ServerParts,
  writer: VolumeWriter,
  chosen: readonly Picture[],
): Promise<PictureEntry[]> {
  const entries: PictureEntry[] = [];
  for (const { sha256, object, bytes } of chosen) {
    const sealed = await objects.read(object, { from: 0, to: bytes - 1 });
    entries.push({ ...(await writer.add(sealed)), sha256 });
  }
  return entries;
}

/** What became of the evidence that the device handed in. */
export async function evidenceJudged(
  { client }: Pick<ServerParts, 'client'>,
  device: string,
): Promise<readonly SettledEvidence[]> {
  const found = await settledEvidence(client, device, MAX_SETTLED_EVIDENCE);
  return found.map(({ sha256, refused }) => ({
    sha256,
    state: refused === null ? 'whole' : 'refused',
    reason: refused as SettledEvidence['reason'],
  }));
}
