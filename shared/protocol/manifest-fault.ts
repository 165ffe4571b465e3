import { ENTITY_ORDER } from '../domain/model';
import type { Manifest, SegmentRef, TierRef } from './manifest';

/** What is wrong with the segments of one entity that should hold `count` rows. */
function segmentFault(segments: readonly SegmentRef[], count: number): string | undefined {
  const ordered = [...segments].sort((a, b) => a.firstId - b.firstId);
  let [last, rows] = [0, 0];
  for (const { firstId, lastId, rows: own } of ordered) {
    if (firstId <= last) return 'a segment twice';
    if (lastId < firstId || own > lastId - firstId + 1) return 'range of a segment';
    last = lastId;
    rows += own;
  }
  return rows === count ? undefined : `${rows} of ${count} rows`;
}

/** Tiers that begin at one state may share objects: rows that did not change again come at the same place. */
function hasTwice(objects: readonly { readonly sha256: string }[]): boolean {
  return new Set(objects.map(({ sha256 }) => sha256)).size !== objects.length;
}

function tierFault({ from, to, parts }: TierRef): string | undefined {
  if (hasTwice(parts)) return 'an object twice';
  let last = from;
  for (const part of parts) {
    if (part.to <= last) return 'order of a tier';
    last = part.to;
  }
  return last === to ? undefined : 'end of a tier';
}

/**
 * Checks that a manifest is of one piece: one history, every segment once, together as many rows as the
 * signed base says, tiers without gaps. Returns the first fault in words for the log, or undefined. A
 * signature says who wrote it; this, that he wrote no nonsense.
 */
export function manifestFault(manifest: Manifest): string | undefined {
  const { base, epoch, segments, tiers, issuedMs, expiresMs } = manifest;
  if (base.epoch !== epoch) return 'mixed epochs';
  if (expiresMs < issuedMs) return 'expires before it was issued';
  if (hasTwice(segments)) return 'an object twice';
  for (const entity of ENTITY_ORDER) {
    const own = segments.filter((segment) => segment.entity === entity);
    const fault = segmentFault(own, base.counts[entity]);
    if (fault !== undefined) return `${entity}: ${fault}`;
  }
  for (const tier of tiers) {
    const fault = tierFault(tier);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
