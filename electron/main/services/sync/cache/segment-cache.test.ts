import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENTITY_ORDER, type Entity } from '../../../../../shared/domain/model';
import type { Checkpoint, Manifest } from '../../../../../shared/protocol/manifest';
import { type PageToKeep, SegmentCache } from './segment-cache';

const REGION_KEY = new Uint8Array(32).fill(7);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const H = 'a'.repeat(64);

let dir: string;
let incoming: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'segment-cache-'));
  incoming = join(dir, 'incoming');
  await mkdir(incoming);
});
afterEach(() => rm(dir, { recursive: true, force: true }));
const open = () => SegmentCache.open(join(dir, 'segments'), REGION_KEY);
const files = async () => (await readdir(join(dir, 'segments'))).sort();

const ofAll = <T>(value: T) =>
  Object.fromEntries(ENTITY_ORDER.map((entity) => [entity, value])) as Record<Entity, T>;

function checkpoint(rseq: number): Checkpoint {
  return {
    type: 'checkpoint',
    region: '11',
    epoch: 'e1',
    schema: 1,
    rseq,
    roots: ofAll(H),
    root: H,
    counts: ofAll(1),
    issuedMs: 1_000 + rseq,
    expiresMs: 2_000 + rseq,
  };
}

/** A manifest of two small segments, one of them late, whose objects have arrived. */
async function arrived(texts = ['certificates', 'events']): Promise<Manifest> {
  const entities = ['certificate', 'event'] as const;
  const segments = [];
  for (const [i, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    await writeFile(join(incoming, sha256(bytes)), bytes);
    segments.push({ entity: entities[i], sha256: sha256(bytes), bytes: bytes.length, rows: 1 });
  }
  return {
    epoch: 'e1',
    cursor: 'c1',
    base: checkpoint(1),
    segments,
    packs: [],
  } as unknown as Manifest;
}
async function based(): Promise<SegmentCache> {
  const cache = await open();
  const manifest = await arrived();
  for (const ref of manifest.segments) expect(await cache.take(ref, incoming)).toBe(true);
  await cache.begin(
    { signed: true },
    manifest,
    { issuers: [] },
    { hasLate: true, isBehind: false, nowMs: 1 },
  );
  return cache;
}
const page = (from: number, to: number, text = `page ${from} ${to}`): PageToKeep => ({
  object: Buffer.from(text),
  from,
  to,
  cursor: `c${to}`,
  checkpoint: checkpoint(to),
});

describe('the segment cache', () => {
  // Would catch: objects written twice, an index that names what is not there, or that anybody can read.
  it('takes objects over by moving them and finds everything again', async () => {
    const cache = await based();
    expect(await readdir(incoming)).toEqual([]);
    await cache.addPage(page(1, 3));
    const again = await open();
    expect(again.end).toEqual({ epoch: 'e1', rseq: 3, cursor: 'c3' });
    expect(again.index).toMatchObject({
      envelope: { signed: true },
      hasLate: true,
      isBehind: false,
    });
    expect(await again.reference()).toEqual({ issuers: [] });
    for (const ref of [...(again.index?.segments ?? []), ...(again.index?.pages ?? [])])
      expect(await again.read(ref)).not.toBeNull();
    expect((await readFile(join(dir, 'segments', 'index'))).includes('issuers')).toBe(false);
    expect((await SegmentCache.open(join(dir, 'segments'), new Uint8Array(32))).isDamaged).toBe(
      true,
    );
  });

  // Would catch: a gap between pages, or a page of changes that a page without changes pushed out.
  it('takes only the page that comes next, and keeps one renewal', async () => {
    const cache = await based();
    expect(await cache.addPage(page(2, 3))).toBe(false);
    expect(await cache.addPage(page(1, 3))).toBe(true);
    for (const text of ['renewal', 'another renewal']) {
      expect(await cache.addPage(page(3, 3, text))).toBe(true);
      expect(cache.index?.pages.map(({ to }) => to)).toEqual([3, 3]);
    }
    expect(await cache.addPage(page(3, 9))).toBe(true);
    expect(cache.index?.pages.map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, 9],
    ]);
    // index, reference, two segments, two pages: renewals are gone.
    expect(await files()).toHaveLength(6);
  });

  // Would catch: a crash between the slice's page and ours that passes for a whole cache.
  it('says that it may be behind from before the slice has a page until it has it too', async () => {
    const cache = await based();
    await cache.expectPage();
    expect((await open()).index?.isBehind).toBe(true);
    await cache.addPage(page(1, 2));
    expect((await open()).index?.isBehind).toBe(false);
    await cache.addPage({ ...page(2, 3), isBehind: true });
    expect((await open()).index?.isBehind).toBe(true);
    await cache.cut(1);
    expect((await open()).index).toMatchObject({ isBehind: true, pages: [{ to: 2 }] });
  });

  // Would catch: left-overs of a crash or of a former base that fill the disk.
  it('sweeps what the index does not name', async () => {
    const cache = await based();
    await cache.addPage(page(1, 2));
    await writeFile(join(dir, 'segments', `${H}.new`), 'half');
    await writeFile(join(dir, 'segments', H), 'orphan');
    await (await open()).sweep();
    expect(await files()).toHaveLength(5);
    const next = await arrived(['other certificates', 'other events']);
    for (const ref of next.segments) await cache.take(ref, incoming);
    const place = { hasLate: false, isBehind: false, nowMs: 2 };
    await cache.begin({}, next, {}, place);
    // index, reference and the one segment that is not late.
    expect(await files()).toHaveLength(3);
    expect(cache.index?.pages).toEqual([]);
    expect(await cache.take(next.segments[1] as Manifest['segments'][0], incoming)).toBe(false);
  });

  // Would catch: an object that is not what its name says, or an unlimited cache.
  it('reads nothing that was changed, and stops at the hard limit', async () => {
    const cache = await based();
    const [ref] = cache.index?.segments ?? [];
    if (ref === undefined) throw new Error('no segment');
    await writeFile(join(dir, 'segments', ref.sha256), 'certificateX');
    expect(await cache.read(ref)).toBeNull();
    const large = { ...page(1, 2), object: Buffer.alloc(3 * 1024 * 1024, 1) };
    expect(await cache.addPage(large)).toBe(true);
    expect(cache.isOverBudget).toBe(false);
    const larger = { ...page(2, 3), object: Buffer.alloc(3 * 1024 * 1024, 2) };
    expect(await cache.addPage(larger)).toBe(false);
    expect(cache.end?.rseq).toBe(2);
  });
});
