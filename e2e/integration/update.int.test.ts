import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ByteBudget } from '../../electron/main/services/sync/byte-budget';
import { systemTiming } from '../../electron/main/services/sync/timing';
import { straightOnly } from '../../electron/main/services/sync/transport/way-agent';
import { checkReleases } from '../../electron/main/services/update/check-releases';
import { fetchFile } from '../../electron/main/services/update/fetch-file';
import { HttpSource } from '../../electron/main/services/update/http-source';
import {
  FolderSource,
  type ReleaseSource,
} from '../../electron/main/services/update/release-source';
import { UpdateMemory } from '../../electron/main/services/update/update-memory';
import {
  listsOf,
  rootOf,
  signedBy,
  someKeys,
  someRelease,
  throwawayKey,
} from '../../shared/protocol/test/release-keys';
import { type Manners, rootText, type Site, serveSite, siteOf, someSite } from './release-site';

const NOW = 50_000;
const keys = someKeys();
const work = mkdtempSync(join(tmpdir(), 'fieldcert-update-'));
const closers: (() => void)[] = [];
let counter = 0;
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const freshFolder = () => {
  const folder = join(work, String(++counter));
  mkdirSync(folder);
  return folder;
};
// Waits between tries are not waited for.
const timing = { ...systemTiming, sleep: async () => undefined };
const memoryAt = (folder: string) =>
  new UpdateMemory(join(folder, 'releases.json'), rootText(keys), '1.0.0');

async function served(site: Site, more: Partial<Manners> = {}, stallMs = 60_000) {
  const manners: Manners = { hasRange: true, tag: '"one"', ...more };
  const server = await serveSite(site, manners);
  const budget = new ByteBudget(systemTiming);
  const limits = { stallMs, leastBytes: 1_024 };
  const source = new HttpSource(server.address, { budget, findWays: straightOnly, limits });
  closers.push(server.close, () => source.close());
  return { server, source, manners, budget };
}

const fetched = (
  source: ReleaseSource,
  file: Parameters<typeof fetchFile>[1],
  folder: string,
  signal = new AbortController().signal,
  onBytes: (done: number) => void = () => undefined,
) => fetchFile(source, file, folder, { timing, signal, onBytes });
const checked = (source: ReleaseSource, memory: UpdateMemory, nowMs = NOW) =>
  checkReleases(source, memory, nowMs, new AbortController().signal);

describe('fetching a release', () => {
  // Would catch: a download that begins anew after a cut, so that on a bad line it never ends; bytes paid for twice.
  it('goes on at the very byte after every cut, and costs no more than the file', async () => {
    const { content, file, site } = someSite(keys, 300_000);
    const { server, source } = await served(site, { cutAfter: 7_001 });
    const folder = freshFolder();
    const path = await fetched(source, file, folder);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual([file.name]);
    // What is on its way when the line breaks may be lost; more may not.
    expect(server.requests.length).toBeGreaterThan(40);
    expect(server.sent()).toBeLessThan(1.2 * file.bytes);
  });

  // Would catch: what had arrived before the program ended thrown away; a cancel that is not obeyed.
  it('is cancelled at once and goes on in another run of the program', async () => {
    const { content, file, site } = someSite(keys, 200_000);
    const { server, source, manners } = await served(site, { cutAfter: 50_000 });
    const folder = freshFolder();
    const cancel = new AbortController();
    const begun = fetched(source, file, folder, cancel.signal, (done) => {
      if (done >= 100_000) cancel.abort();
    });
    await expect(begun).rejects.toThrow(/abort/i);
    const before = server.sent();
    delete manners.cutAfter;
    const path = await fetched(source, file, folder);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(server.sent() - before).toBeLessThanOrEqual(100_000);
  });

  // Would catch: a server without Range that brings a mixture or an endless loop.
  it('falls back to the whole where a server has no Range', async () => {
    const { content, file, site } = someSite(keys, 60_000);
    const { source, manners } = await served(site, { hasRange: false, cutAfter: 20_000 });
    const folder = freshFolder();
    await expect(fetched(source, file, folder)).rejects.toMatchObject({
      code: 'UPDATE_UNREACHABLE',
    });
    delete manners.cutAfter;
    expect(readFileSync(await fetched(source, file, folder)).equals(content)).toBe(true);
  });

  // Would catch: halves of two files put together when the file on the server changed meanwhile.
  it('begins anew when the tag changed, and once when a server without tags mixed two files', async () => {
    for (const tag of ['"one"', null, 'W/"weak"']) {
      const { content, file, site } = someSite(keys, 50_000);
      const other = randomBytes(content.length);
      site.set(`/files/${file.name}`, other);
      const { source, manners } = await served(site, { tag, cutAfter: 20_000 });
      const folder = freshFolder();
      const cancel = new AbortController();
      await fetched(source, file, folder, cancel.signal, () => cancel.abort()).catch(
        () => undefined,
      );
      site.set(`/files/${file.name}`, content);
      if (tag !== null) manners.tag = '"two"';
      delete manners.cutAfter;
      expect(readFileSync(await fetched(source, file, folder)).equals(content), String(tag)).toBe(
        true,
      );
    }
  });

  // Would catch: a rewritten file installed; one that never ends filling the disk; a length that is believed.
  it('refuses other bytes, more bytes and fewer bytes, and leaves nothing of them', async () => {
    const { content, file, site } = someSite(keys, 30_000);
    const { source, manners } = await served(site);
    const folder = freshFolder();
    const edited = Buffer.from(content);
    edited[17] = (edited[17] ?? 0) ^ 1;
    site.set(`/files/${file.name}`, edited);
    const damaged = { code: 'UPDATE_FILE_DAMAGED' };
    await expect(fetched(source, file, folder)).rejects.toMatchObject(damaged);
    site.set(`/files/${file.name}`, Buffer.concat([content, Buffer.from('x')]));
    await expect(fetched(source, file, folder)).rejects.toMatchObject(damaged);
    manners.instead = (_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(randomBytes(65_536)));
        response.once('drain', more);
      };
      more();
      return true;
    };
    await expect(fetched(source, file, folder)).rejects.toMatchObject(damaged);
    expect(readdirSync(folder)).toEqual([]);
    manners.instead = (_request, response) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.end(content.subarray(0, 10));
      return true;
    };
    await expect(fetched(source, file, folder)).rejects.toMatchObject({
      code: 'UPDATE_UNREACHABLE',
    });
  });

  // Would catch: a server that holds the line for ever, with a word now and then or with none.
  it('gives up a server that sends drop by drop or nothing', async () => {
    const { file, site } = someSite(keys, 30_000);
    for (const isDripping of [true, false]) {
      const { source, manners } = await served(site, {}, 100);
      const timers: NodeJS.Timeout[] = [];
      closers.push(() => timers.forEach(clearInterval));
      manners.instead = (_request, response) => {
        if (isDripping) {
          response.writeHead(200);
          response.flushHeaders();
          timers.push(setInterval(() => response.write('x'), 10));
        }
        return true;
      };
      const slow = { code: 'UPDATE_TOO_SLOW' };
      await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(slow);
      await expect(checked(source, memoryAt(freshFolder()))).rejects.toMatchObject(slow);
    }
  });

  // Would catch: a file or list taken from wherever a server, or a login page in its place, sends us.
  it('follows no way to another host', async () => {
    const { content, file, site } = someSite(keys, 30_000);
    const elsewhere = await served(site);
    const { source, manners, server } = await served(site);
    manners.instead = (request, response) => {
      if (request.url?.startsWith('/moved') === true) return false;
      response.writeHead(302, {
        Location: `${elsewhere.server.address.slice(0, -1)}${request.url}`,
      });
      response.end();
      return true;
    };
    const redirected = { code: 'UPDATE_REDIRECTED' };
    await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(redirected);
    await expect(checked(source, memoryAt(freshFolder()))).rejects.toMatchObject(redirected);
    expect(elsewhere.server.requests).toEqual([]);
    // Within the same origin it is.
    site.set(`/moved/files/${file.name}`, content);
    manners.instead = (request, response) => {
      if (request.url?.startsWith('/moved') === true) return false;
      response.writeHead(302, { Location: `/moved${request.url}` }).end();
      return true;
    };
    expect(readFileSync(await fetched(source, file, freshFolder())).equals(content)).toBe(true);
    // For ever in a circle: not.
    manners.instead = (request, response) => {
      response.writeHead(302, { Location: request.url ?? '/' }).end();
      return true;
    };
    await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(redirected);
    expect(server.requests.length).toBeLessThan(20);
  });

  // Would catch: the line's limit not asked, so that an update takes the line from everything else.
  it('asks the limit of the line for every piece', async () => {
    const { file, site } = someSite(keys, 100_000);
    const { source, budget } = await served(site);
    let taken = 0;
    const take = budget.take.bind(budget);
    budget.take = (bytes, signal) => {
      taken += bytes;
      return take(bytes, signal);
    };
    await fetched(source, file, freshFolder());
    expect(taken).toBe(file.bytes);
  });
});

describe('lists of releases from a place', () => {
  // Would catch: lists that hold one by one and are not remembered over restarts; an older state taken afterwards.
  it('are remembered, so that nothing older is taken later, by line or by stick', async () => {
    const { release, site } = someSite(keys, 1_000);
    const folder = freshFolder();
    const newer = siteOf(keys, 7, [release], {});
    const now = await served(newer);
    expect((await checked(now.source, memoryAt(folder))).targets.version).toBe(7);
    const older = await served(site);
    const refused = { code: 'UPDATE_REFUSED', params: { reason: 'version-older' } };
    await expect(checked(older.source, memoryAt(folder))).rejects.toMatchObject(refused);
    const stick = stickOf(site);
    await expect(checked(new FolderSource(stick), memoryAt(folder))).rejects.toMatchObject(refused);
    expect((await checked(now.source, memoryAt(folder))).targets.version).toBe(7);
  });

  // Would catch: a stick of three months refused; an online list of three months accepted.
  it('end by the time of their medium', async () => {
    const { site } = someSite(keys, 1_000);
    const { source } = await served(site);
    const late = 7_000_000;
    await expect(checked(source, memoryAt(freshFolder()), late)).rejects.toMatchObject({
      code: 'UPDATE_REFUSED',
      params: { reason: 'expired' },
    });
    const stick = new FolderSource(stickOf(site));
    expect((await checked(stick, memoryAt(freshFolder()), late)).targets.version).toBe(1);
  });

  // Would catch: one who rewrites a list, or both list and file, with keys of his own, or leaves one out.
  it('are refused when rewritten, mixed, missing or endless', async () => {
    const { site, release } = someSite(keys, 1_000);
    const { source } = await served(site);
    const reason = async () =>
      checked(source, memoryAt(freshFolder())).then(
        () => 'taken',
        (error: { code: string; params: { reason?: string } }) => error.params.reason ?? error.code,
      );
    expect(await reason()).toBe('taken');
    const theirs = siteOf(someKeys(), 1, [release], {});
    const strange = listsOf(someKeys(), 1, [release]);
    const other = siteOf(keys, 1, [someRelease()], {});
    const all = [...site.entries()];
    const now = (path: string, text: Buffer | string | undefined) => {
      site.clear();
      for (const [name, bytes] of all) site.set(name, bytes);
      if (text === undefined) site.delete(path);
      else site.set(path, Buffer.from(text));
      return reason();
    };
    expect(await now('/metadata/1.targets.json', strange.targets)).toBe('signatures-missing');
    expect(await now('/metadata/timestamp.json', theirs.get('/metadata/timestamp.json'))).toBe(
      'signatures-missing',
    );
    expect(await now('/metadata/1.targets.json', other.get('/metadata/1.targets.json'))).toBe(
      'mixed',
    );
    expect(await now('/metadata/1.snapshot.json', other.get('/metadata/1.snapshot.json'))).toBe(
      'mixed',
    );
    expect(await now('/metadata/1.targets.json', undefined)).toBe('missing');
    expect(await now('/metadata/timestamp.json', undefined)).toBe('UPDATE_NO_RELEASES');
    expect(await now('/metadata/timestamp.json', Buffer.alloc(3_000_000, 'x'))).toBe('endless');
    expect(await now('/metadata/2.root.json', rootText(someKeys(), 2))).toBe('signatures-missing');
    expect(await now('/metadata/none', '')).toBe('taken');
  });

  // Would catch: a device that was away during a change of keys and finds no way; a stored root that is believed.
  it('follow changes of the root one by one, and again at the next start', async () => {
    const { release } = someSite(keys, 1_000);
    const [a, b, c] = keys.root;
    const d = throwawayKey();
    if (a === undefined || b === undefined || c === undefined) throw new Error('three keys');
    const second = { ...someKeys(), root: [b, c, d] };
    const third = { ...second, targets: [throwawayKey()] };
    const site = siteOf(third, 3, [release], {});
    const root = (of: typeof second, version: number) => rootOf(of, version, { expiresMs: 9e15 });
    site.set('/metadata/2.root.json', Buffer.from(signedBy(root(second, 2), [a, b, d])));
    site.set('/metadata/3.root.json', Buffer.from(signedBy(root(third, 3), [c, d])));
    const { source } = await served(site);
    const folder = freshFolder();
    expect((await checked(source, memoryAt(folder))).targets.version).toBe(3);
    expect(memoryAt(folder).trust.root.version).toBe(3);
    // Who can write the file can leave a root out or put one in: it is not followed.
    const path = join(folder, 'releases.json');
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { roots: string[] };
    writeFileSync(
      path,
      JSON.stringify({ ...kept, roots: [rootText(someKeys(), 2), ...kept.roots] }),
    );
    expect(memoryAt(folder).trust.root.version).toBe(1);
  });
});

describe('a stick', () => {
  // Would catch: a stick that is believed because it is at hand: other bytes, cut short, or a name that leads away.
  it('gives the file under the same conditions as a server', async () => {
    const { content, file, site } = someSite(keys, 50_000);
    const folder = stickOf(site);
    const source = new FolderSource(folder);
    const path = await fetched(source, file, freshFolder());
    expect(readFileSync(path).equals(content)).toBe(true);
    const edited = Buffer.from(content);
    edited[40_000] = (edited[40_000] ?? 0) ^ 1;
    writeFileSync(join(folder, 'files', file.name), edited);
    const damaged = { code: 'UPDATE_FILE_DAMAGED' };
    await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(damaged);
    writeFileSync(join(folder, 'files', file.name), content.subarray(0, 100));
    const short = { code: 'UPDATE_UNREACHABLE' };
    await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(short);
    rmSync(join(folder, 'files', file.name));
    await expect(fetched(source, file, freshFolder())).rejects.toMatchObject(short);
    const empty = new FolderSource(freshFolder());
    const none = { code: 'UPDATE_NO_RELEASES' };
    await expect(checked(empty, memoryAt(freshFolder()))).rejects.toMatchObject(none);
  });
});

/** The site as a folder. */
function stickOf(site: Site): string {
  const folder = freshFolder();
  for (const [path, bytes] of site) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
