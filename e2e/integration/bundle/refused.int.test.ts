import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLE_VERSION } from '../../../shared/protocol/bundle';
import { enrolDesk } from '../desk-rig';
import {
  bring,
  bundleFor,
  central,
  change,
  choose,
  codeOf,
  enrolled,
  folder,
  HOW,
  password,
  provenState,
  rigs,
  SMALL_VOLUME,
  serverCounts,
} from './stick-rig';

describe('a bundle that cannot be used is refused for its own reason', () => {
  // Would catch: a reason that is another's, a refusal that touches the slice, files of two bundles taken for one.
  it('each with its code, the slice as it was', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true });
    await bring(desk, full);
    await change();
    const delta = await bundleFor(desk, { since: full.to });
    await change();
    const later = await bundleFor(desk, { since: delta.to });
    const before = await provenState(desk);
    const other = await enrolled();
    const theirs = await bundleFor(other, { isFull: true });
    const third = await enrolDesk(central, password(), { ...HOW, code: '330199' });
    rigs.push(third.rig);
    const elsewhere = await central.bundle({
      device: third.device,
      out: join(folder, 'elsewhere'),
      isFull: true,
    });
    const refusal = (file: string | undefined) => codeOf(choose(desk, file));
    expect(await refusal(theirs.files[0])).toBe('BUNDLE_OTHER_DEVICE');
    expect(await refusal(elsewhere.files[0])).toBe('BUNDLE_OTHER_OFFICE');
    expect(await refusal(later.files[0])).toBe('BUNDLE_PREREQUISITE');
    expect(await refusal(join(folder, 'no such file.fcb'))).toBe('BUNDLE_GONE');
    // Changes only, for a desk without data.
    const forNone = await central.bundle({
      device: other.device,
      out: join(folder, 'for none'),
      since: full.to,
    });
    expect(await codeOf(choose(other, forNone.files[0]))).toBe('BUNDLE_NEEDS_FULL');

    const foreign = join(folder, 'foreign.fcb');
    await writeFile(foreign, 'PK not a bundle at all, but long enough to be looked at');
    expect(await refusal(foreign)).toBe('BUNDLE_NOT_ONE');
    const bytes = await readFile(delta.files[0] ?? '');
    const newer = Buffer.from(bytes);
    newer.writeUInt8(BUNDLE_VERSION + 1, 8);
    await writeFile(foreign, newer);
    expect(await refusal(foreign)).toBe('BUNDLE_NEWER');
    await writeFile(foreign, bytes.subarray(0, bytes.length - 100));
    expect(await refusal(foreign)).toBe('BUNDLE_CUT');
    // Signed by nobody we know: another server's bundle with the names of this device.
    const text = bytes
      .toString('latin1')
      .replace(/"sig":"(.)/, (_, first: string) => (first === 'A' ? '"sig":"B' : '"sig":"A'));
    await writeFile(foreign, Buffer.from(text, 'latin1'));
    expect(await refusal(foreign)).toBe('BUNDLE_FORGED');
    await rm(foreign);

    const parts = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    const lone = join(folder, 'lone');
    await mkdir(lone);
    const [firstPart = '', secondPart = ''] = parts.files;
    await copyFile(firstPart, join(lone, 'a.fcb'));
    expect(await refusal(join(lone, 'a.fcb'))).toBe('BUNDLE_VOLUME_MISSING');
    const twin = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    await copyFile(twin.files[1] ?? '', join(lone, 'b.fcb'));
    expect(await refusal(join(lone, 'a.fcb'))).toBe('BUNDLE_MIXED');
    // Names do not matter, and strangers beside a whole bundle do not either.
    for (const [i, file] of parts.files.entries())
      await copyFile(file, join(lone, `renamed-${9 - i}.FCB`));
    expect((await choose(desk, join(lone, 'renamed-9.FCB'))).volumes).toBe(parts.files.length);
    // Pulled out between the check and the import.
    const gone = await choose(desk, delta.files[0]);
    await rename(delta.files[0] ?? '', `${delta.files[0]}.away`);
    const { bundles } = desk.rig.office.demandServices();
    expect(await codeOf(bundles.apply(gone.handle))).toBe('BUNDLE_GONE');
    expect(await provenState(desk)).toEqual(before);
    await rename(`${delta.files[0]}.away`, delta.files[0] ?? '');
    await bring(desk, delta);
    await bring(desk, later);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
    expect(basename(secondPart)).toMatch(/-002\.fcb$/);
  });

  // Would catch: one byte anywhere in a bundle that is not covered by a signature, a hash or a tag.
  it('whatever is altered, cut or swapped in its files', async () => {
    const desk = await enrolled();
    const made = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    const sound = await Promise.all(made.files.map((file) => readFile(file)));
    const place = join(folder, 'altered');
    const write = async (volumes: readonly Buffer[]) => {
      await rm(place, { recursive: true, force: true });
      await mkdir(place);
      for (const [i, volume] of volumes.entries()) await writeFile(join(place, `${i}.fcb`), volume);
    };
    const refusal = async (volumes: readonly Buffer[]) => {
      await write(volumes);
      return codeOf(choose(desk, join(place, '0.fcb')));
    };
    expect(await refusal(sound)).toBe('none');
    const volumeOf = fc.nat({ max: sound.length - 1 });
    const fault = fc.oneof(
      fc.record({
        kind: fc.constant('flip'),
        volume: volumeOf,
        at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        bit: fc.nat({ max: 7 }),
      }),
      // The ends of a file matter most: head, index, length, mark.
      fc.record({
        kind: fc.constant('flip-end'),
        volume: volumeOf,
        at: fc.nat({ max: 1_400 }),
        bit: fc.nat({ max: 7 }),
      }),
      fc.record({
        kind: fc.constant('flip-head'),
        volume: volumeOf,
        at: fc.nat({ max: 40 }),
        bit: fc.nat({ max: 7 }),
      }),
      fc.record({
        kind: fc.constant('cut'),
        volume: volumeOf,
        at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        bit: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('swap'),
        volume: fc.integer({ min: 1, max: sound.length - 1 }),
        at: fc.constant(0),
        bit: fc.constant(0),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fault, async ({ kind, volume, at, bit }) => {
        const volumes = sound.map((bytes) => Buffer.from(bytes));
        const target = volumes[volume] ?? Buffer.alloc(0);
        const place_ =
          kind === 'flip'
            ? Math.floor(at * target.length)
            : kind === 'flip-head'
              ? at
              : target.length - 1 - at;
        if (kind === 'cut') volumes[volume] = target.subarray(0, Math.floor(at * target.length));
        else if (kind === 'swap') {
          // The bodies change places, heads and numbers stay.
          const [first = Buffer.alloc(0)] = volumes;
          volumes[0] = Buffer.concat([first.subarray(0, 27), target.subarray(27)]);
          volumes[volume] = Buffer.concat([target.subarray(0, 27), first.subarray(27)]);
        } else target[place_] = (target[place_] ?? 0) ^ (1 << bit);
        expect(await refusal(volumes)).toMatch(/^BUNDLE_/);
      }),
      { numRuns: Number(process.env.FIELDCERT_BUNDLE_RUNS ?? 120) },
    );
    const { store } = desk.rig.office.demandServices();
    expect((await store.call('state', {})).hasSlice).toBe(false);
    await write(sound);
    const { handle } = await choose(desk, join(place, '0.fcb'));
    await desk.rig.office.demandServices().bundles.apply(handle);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });
});
