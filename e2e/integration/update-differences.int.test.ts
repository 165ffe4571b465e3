import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { writeBlockMap } from '../../build/release/blocks';
import { blockMapBytes, blockMapName } from '../../shared/protocol/release-blocks';
import { someKeys, someRelease } from '../../shared/protocol/test/release-keys';
import { fileOf, type Manners, type Site, serveSite, siteOf } from './release-site';
import { type InstallationOptions, startUpdates } from './updates-rig';

const MB = 1_000_000;
const keys = someKeys();
const work = mkdtempSync(join(tmpdir(), 'fieldcert-differences-'));
const closers: (() => void)[] = [];
let counter = 0;
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A package of a version with the map that the release tool makes. */
async function packageOf(version: string, content: Buffer) {
  const folder = join(work, String(++counter));
  mkdirSync(folder);
  const file = fileOf(content, `FieldCert-${version}-x64.AppImage`);
  const path = join(folder, file.name);
  writeFileSync(path, content);
  const blocks = await writeBlockMap(path);
  return { version, content, file: { ...file, blocks }, map: readFileSync(blockMapName(path)) };
}
type Package = Awaited<ReturnType<typeof packageOf>>;

function site(packages: readonly Package[]): Site {
  const releases = packages.map(({ version, file }) => someRelease({ version, files: [file] }));
  const files = packages.flatMap(({ file, content, map }) => [
    [file.name, content] as const,
    [blockMapName(file.name), map] as const,
  ]);
  return siteOf(keys, packages.length, releases, Object.fromEntries(files));
}

async function served(offered: Site, more: Partial<Manners> = {}) {
  const manners: Manners = { hasRange: true, tag: '"one"', ...more };
  const server = await serveSite(offered, manners);
  closers.push(server.close);
  return { ...server, manners };
}

/** An installation of the first package, by AppImage or by a person. */
function started(old: Package, options: Partial<InstallationOptions>) {
  const home = options.home ?? join(work, String(++counter));
  if (options.home === undefined) {
    mkdirSync(home);
    writeFileSync(join(home, 'FieldCert.AppImage'), old.content, { mode: 0o755 });
  }
  const rig = startUpdates({ keys, version: old.version, ...options, home });
  closers.push(rig.close);
  return { home, ...rig };
}

const before = randomBytes(1.5 * MB);
/** Something put in near the begin, something changed near the end: what lies between has moved. */
const after = Buffer.concat([
  before.subarray(0, 200_000),
  randomBytes(5_000),
  before.subarray(200_000, 1_200_000),
  randomBytes(3_000),
  before.subarray(1_203_000),
]);
const one = await packageOf('1.0.0', before);
const two = await packageOf('1.1.0', after);
/** What a client has to fetch of the second: what differs, and up to a block on each side of it. */
const MOST_BYTES = 2 * 3 * 32_768 + one.map.length + two.map.length;

async function brought(rig: ReturnType<typeof started>) {
  await rig.updates.check();
  await rig.updates.bringFound();
  return rig.updates.status();
}
const isThere = ({ pending }: ReturnType<typeof started>, { file, content }: Package) =>
  readFileSync(join(pending.folder, file.name)).equals(content);

describe('an update by its differences', () => {
  // Would catch: a "differential" that fetches all, puts blocks together in a wrong order, or takes bytes past the limit.
  it('fetches what differs alone, within the line’s limit, from the AppImage that runs', async () => {
    const { address, requests, sent } = await served(site([one, two]));
    const rig = started(one, { address });
    let taken = 0;
    const take = rig.budget.take.bind(rig.budget);
    rig.budget.take = (bytes, signal) => {
      taken += bytes;
      return take(bytes, signal);
    };
    await rig.updates.check();
    const lists = sent();
    taken = 0;
    await rig.updates.bringFound();
    expect(rig.updates.status()).toMatchObject({ phase: 'waiting', refused: null });
    expect(isThere(rig, two)).toBe(true);
    expect(sent() - lists).toBeLessThan(MOST_BYTES);
    expect(taken).toBe(sent() - lists);
    const ranges = requests.filter((request) => request.startsWith(`/files/${two.file.name} `));
    expect(ranges).toHaveLength(2);
    // The map of what runs next is here then: it is not fetched again.
    await rig.updates.installAtEnd();
    const third = await packageOf('1.2.0', Buffer.concat([randomBytes(100), after]));
    const later = await served(site([one, two, third]));
    const next = started(two, { home: rig.home, address: later.address });
    expect((await brought(next)).phase).toBe('waiting');
    expect(isThere(next, third)).toBe(true);
    expect(later.requests.join()).not.toContain(blockMapName(two.file.name));
  });

  // Would catch: a cut that loses what had arrived or was copied; a restart that begins anew.
  it('goes on at the very byte after cuts and in another run of the program', async () => {
    const { address, sent, requests, manners } = await served(site([one, two]), {
      cutAfter: 5_003,
    });
    const rig = started(one, { address });
    await rig.updates.check();
    const lists = sent();
    let done = 0;
    const halting = setInterval(() => {
      done = rig.updates.status().doneBytes;
      if (done > 0) void rig.updates.pause();
    }, 1);
    await rig.updates.bringFound();
    clearInterval(halting);
    expect(rig.updates.status().phase).toBe('paused');
    manners.cutAfter = 7_001;
    const again = started(one, { home: rig.home, address });
    expect((await brought(again)).phase).toBe('waiting');
    expect(isThere(again, two)).toBe(true);
    expect(requests.length).toBeGreaterThan(MOST_BYTES / 4 / 7_001);
    // The lists are read twice; what is on its way when the line breaks may be lost.
    expect(sent() - 2 * lists).toBeLessThan(1.3 * MOST_BYTES);
  });

  // Would catch: a package that a person installs thrown away with what the next one shares with it.
  it('keeps the package that a person installed for the next', async () => {
    const start = (old: Package, address: string, home?: string) =>
      started(old, { address, way: 'deb', ...(home === undefined ? {} : { home }) });
    const first = await served(site([one, two]));
    const rig = start(one, first.address);
    expect((await brought(rig)).phase).toBe('waiting');
    expect(rig.words).toContainEqual({
      word: 'update fetched whole',
      why: 'no earlier package is kept here',
    });
    const third = await packageOf('1.2.0', Buffer.concat([after, randomBytes(10_000)]));
    const later = await served(site([one, two, third]));
    const next = start(two, later.address, rig.home);
    await next.updates.reachedWindow();
    expect(readdirSync(next.kept.folder)).toContain(two.file.name);
    await next.updates.check();
    const lists = later.sent();
    await next.updates.bringFound();
    expect(isThere(next, third)).toBe(true);
    expect(later.sent() - lists).toBeLessThan(
      2 * 32_768 + 10_000 + two.map.length + third.map.length,
    );
    // One package at most is kept.
    const last = start(third, later.address, rig.home);
    await last.updates.reachedWindow();
    expect(readdirSync(last.kept.folder).filter((name) => name.endsWith('.AppImage'))).toEqual([
      third.file.name,
    ]);
  });
});

/** The map of a file of the same length with other content. */
const strangeMap = (length: number) => {
  const hash = createHash('sha256').update('strange').digest('hex');
  const sizes = [...Array(Math.floor(length / 16_384)).fill(16_384), length % 16_384] as number[];
  return Buffer.from(blockMapBytes(sizes.map((bytes) => ({ bytes, sha256: hash }))));
};
const signedAs = (from: Package, map: Package['map']): Package => ({
  ...from,
  map,
  file: {
    ...from.file,
    blocks: { bytes: map.length, sha256: createHash('sha256').update(map).digest('hex') },
  },
});
/** The map of the new file given for the old: blocks that the old file does not have at these places. */
const misled = signedAs(one, Buffer.from(strangeMap(before.length)));
const asSwapped = signedAs(two, strangeMap(after.length));
const nothing = Buffer.from('nothing');
/** Another file of the same length that is all of blocks that are here. */
const likeOne = await packageOf('1.1.0', Buffer.concat([before, before.subarray(0, 5_000)]));

describe('an update by its differences under attack', () => {
  // Would catch: any of these putting wrong bytes together, ending without the update, or passing without a word.
  it.each<{
    name: string;
    site?: Site;
    manners?: Partial<Manners>;
    spoil?: true;
    why: RegExp | null;
  }>([
    {
      name: 'a rewritten map',
      site: edited(site([one, two]), two, strangeMap(after.length)),
      why: /DAMAGED|hash/,
    },
    {
      name: 'a map that is longer',
      site: edited(site([one, two]), two, Buffer.alloc(6 * MB)),
      why: /DAMAGED|longer/,
    },
    { name: 'no map', site: edited(site([one, two]), one, null), why: /UNREACHABLE|404/ },
    { name: 'a signed map of another file', site: site([one, asSwapped]), why: null },
    { name: 'a signed map of another old file', site: site([misled, asSwapped]), why: null },
    {
      name: 'a signed map that puts other bytes together',
      site: site([one, signedAs(two, likeOne.map)]),
      why: /put together/,
    },
    {
      name: 'a signed map that is none',
      site: site([one, signedAs(two, nothing)]),
      why: /not the map/,
    },
    { name: 'an earlier file that was changed', spoil: true, why: null },
    { name: 'a place without Range', manners: { hasRange: false }, why: /whole files only/ },
    { name: 'answers that go on', manners: { isEndless: true }, why: null },
    { name: 'answers that stop early', manners: { cutAfter: 9_999 }, why: null },
  ])('$name', async ({ site: offered = site([one, two]), manners = {}, spoil, why }) => {
    const { address } = await served(offered, manners);
    const rig = started(one, { address });
    if (spoil) {
      const changed = Buffer.from(before);
      for (let at = 500_000; at < 700_000; at += 1_000) changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(rig.appImage, changed);
    }
    expect(await brought(rig)).toMatchObject({ phase: 'waiting', refused: null });
    expect(isThere(rig, two)).toBe(true);
    const words = rig.words.filter(({ word }) => word.startsWith('update fetched whole'));
    if (why === null) expect(words).toEqual([]);
    else expect(words.map((word) => word.why)).toEqual([expect.stringMatching(why)]);
  });

  // Would catch: a rewritten package that is taken because its blocks came from a file that is believed.
  it('refuses a rewritten package, by its differences and whole', async () => {
    const rewritten = Buffer.from(after);
    rewritten.fill(7, 201_000, 202_000);
    const offered = site([one, two]);
    offered.set(`/files/${two.file.name}`, rewritten);
    const { address } = await served(offered);
    const rig = started(one, { address });
    expect(await brought(rig)).toMatchObject({
      phase: 'found',
      refused: { code: 'UPDATE_FILE_DAMAGED' },
    });
    expect(rig.words).toContainEqual({
      word: 'update fetched whole after all',
      why: 'what was put together is not what was signed',
    });
    expect(readdirSync(rig.pending.folder)).toEqual([]);
  });
});

function edited(offered: Site, { file }: Package, map: Buffer | null): Site {
  const path = `/files/${blockMapName(file.name)}`;
  if (map === null) offered.delete(path);
  else offered.set(path, map);
  return offered;
}
