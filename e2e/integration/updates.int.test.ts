import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { isWithin, UpdateClock } from '../../electron/main/services/update/update-clock';
import { someKeys, someRelease } from '../../shared/protocol/test/release-keys';
import { fileOf, type Manners, type Site, serveSite, siteOf, someSite } from './release-site';
import { type InstallationOptions, NOW, startUpdates, stickOf } from './updates-rig';

const keys = someKeys();
const work = mkdtempSync(join(tmpdir(), 'fieldcert-updates-'));
const closers: (() => void)[] = [];
let counter = 0;
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function freshHome(): string {
  const home = join(work, String(++counter));
  mkdirSync(home);
  writeFileSync(join(home, 'FieldCert.AppImage'), 'the former program', { mode: 0o755 });
  return home;
}

function started(options: Partial<InstallationOptions> = {}) {
  const home = options.home ?? freshHome();
  const rig = startUpdates({ keys, ...options, home });
  closers.push(rig.close);
  return { home, ...rig };
}

async function served(site: Site, more: Partial<Manners> = {}) {
  const manners: Manners = { hasRange: true, tag: '"one"', ...more };
  const server = await serveSite(site, manners);
  closers.push(server.close);
  return { ...server, manners };
}

/** One installation that fetched and verified the release of a site. */
async function waitingHome() {
  const made = someSite(keys, 40_000);
  const { address } = await served(made.site);
  const rig = started({ address });
  await rig.updates.check();
  await rig.updates.bringFound();
  expect(rig.updates.status()).toMatchObject({ phase: 'waiting', refused: null });
  return { ...made, ...rig, address };
}

describe('updates of an installation', () => {
  // Would catch: a state that pages never see, a pause that loses bytes, a cancelled version that is still installed.
  it('are found, fetched, paused, taken up, cancelled and put in place at the end', async () => {
    const { content, file, site } = someSite(keys, 200_000);
    const { address, manners, sent } = await served(site);
    const { updates, told, appImage, home, pending } = started({ address });
    expect(updates.status()).toMatchObject({ phase: 'idle', supply: 'line', checkedMs: null });
    await updates.check();
    expect(updates.status()).toMatchObject({
      phase: 'found',
      checkedMs: NOW,
      offer: { version: '1.1.0', bytes: file.bytes, isDue: false, origin: 'line' },
    });
    // Half of it comes, and the line stands still until a person stops it.
    const half = content.subarray(0, 100_000);
    manners.instead = (request, response) => {
      if (!(request.url ?? '').startsWith('/files/')) return false;
      response.writeHead(200, { 'Content-Length': content.length, ETag: '"one"' });
      response.write(half);
      return true;
    };
    const fetching = updates.bringFound();
    while (updates.status().doneBytes < half.length)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(updates.status().phase).toBe('fetching');
    expect(() => updates.check()).toThrow(expect.objectContaining({ code: 'BUSY' }));
    await updates.pause();
    await fetching;
    expect(updates.status()).toMatchObject({ phase: 'paused', doneBytes: half.length });
    expect(updates.isWanted).toBe(false);
    delete manners.instead;
    const before = sent();
    await updates.bringFound();
    expect(updates.status()).toMatchObject({ phase: 'waiting', doneBytes: content.length });
    expect(sent() - before).toBe(content.length - half.length);
    await updates.cancel();
    expect(updates.status()).toMatchObject({ phase: 'found', doneBytes: 0 });
    expect(existsSync(pending.folder)).toBe(false);
    expect(await updates.installAtEnd()).toBeNull();
    expect(readFileSync(appImage, 'utf8')).toBe('the former program');
    await updates.bringFound();
    expect(await updates.installAtEnd()).toBe(appImage);
    expect(readFileSync(appImage).equals(content)).toBe(true);
    expect(readdirSync(home)).not.toContain('update');
    expect(new Set(told.map(({ phase }) => phase))).toEqual(
      new Set(['checking', 'found', 'fetching', 'paused', 'waiting']),
    );
  });

  // Would catch: a date that does not pass while the line is cut, so that who cuts it keeps an old version in use.
  it('become due by the clock, also where no check gets through any more', async () => {
    const { content, file } = someSite(keys, 20_000);
    const release = someRelease({ files: [file], mandatoryByMs: NOW + 1_000 });
    const { address, manners } = await served(siteOf(keys, 1, [release], { [file.name]: content }));
    let now = NOW;
    const { updates } = started({ address, nowMs: () => now });
    await updates.check();
    await updates.pause();
    expect(updates.status().offer).toMatchObject({ isDue: false, dueMs: NOW + 1_000 });
    expect(updates.isWanted).toBe(false);
    manners.instead = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    now += 1_000;
    await updates.check();
    expect(updates.status()).toMatchObject({
      phase: 'found',
      refused: { code: 'UPDATE_UNREACHABLE' },
      offer: { isDue: true },
    });
    expect(updates.isWanted).toBe(true);
    delete manners.instead;
    await updates.bringFound();
    expect(updates.ready).toBe('due');
  });

  // Would catch: a new version that is not told as installed, or one that failed and is offered again and again.
  it('remember what became of them over starts, and never offer a version that reached no window', async () => {
    const { home, updates, address } = await waitingHome();
    await updates.installAtEnd();
    const fresh = started({ home, version: '1.1.0', address });
    expect(fresh.updates.status().last).toMatchObject({ to: '1.1.0', outcome: 'placed' });
    expect(await fresh.swap.begin()).toBe('trying');
    // It ends here, without a window. The next start gives the place back.
    expect(await fresh.swap.begin()).toMatchObject({ failed: '1.1.0' });
    await fresh.history.note({ from: '1.0.0', to: '1.1.0', atMs: NOW, outcome: 'returned' });
    const former = started({ home, address });
    await former.updates.reachedWindow();
    await former.updates.check();
    expect(former.updates.status()).toMatchObject({
      phase: 'idle',
      offer: null,
      refused: null,
      last: { from: '1.0.0', to: '1.1.0', outcome: 'returned' },
    });
    expect(readFileSync(former.appImage, 'utf8')).toBe('the former program');
    // A later one is.
    const later = someSite(keys, 20_000);
    const file = { ...later.file, name: 'FieldCert-1.1.1-x64.AppImage' };
    const releases = [
      someRelease({ files: [later.file] }),
      someRelease({ version: '1.1.1', files: [file] }),
    ];
    const next = await served(siteOf(keys, 2, releases, { [file.name]: later.content }));
    const again = started({ home, address: next.address });
    await again.updates.check();
    expect(again.updates.status().offer?.version).toBe('1.1.1');
    await again.updates.bringFound();
    await again.updates.installAtEnd();
    const shown = started({ home, version: '1.1.1', address: next.address });
    expect(await shown.swap.begin()).toBe('trying');
    await shown.updates.reachedWindow();
    expect(shown.updates.status().last).toMatchObject({ to: '1.1.1', outcome: 'installed' });
    expect(readdirSync(home)).not.toContain('FieldCert.AppImage.former');
  });

  // Would catch: what was verified yesterday installed today although somebody changed it; nobody told that it was not.
  it('are verified again at the next start and at the end; swapped files are not installed', async () => {
    const { home, updates, file, appImage, address } = await waitingHome();
    const next = started({ home, address });
    await next.updates.reachedWindow();
    expect(next.updates.status()).toMatchObject({ phase: 'waiting', offer: { version: '1.1.0' } });
    const path = join(home, 'update', file.name);
    const bytes = readFileSync(path);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await updates.installAtEnd()).toBeNull();
    expect(readFileSync(appImage, 'utf8')).toBe('the former program');
    const after = started({ home, address });
    expect(after.updates.status().last).toMatchObject({ to: '1.1.0', outcome: 'refused' });
    await after.updates.reachedWindow();
    expect(after.updates.status().phase).toBe('idle');
    const swapped = await waitingHome();
    writeFileSync(join(swapped.home, 'update', swapped.file.name), Buffer.alloc(40_000));
    const found = started({ home: swapped.home, address: swapped.address });
    await found.updates.reachedWindow();
    expect(found.updates.status()).toMatchObject({
      phase: 'idle',
      refused: { code: 'UPDATE_FILE_DAMAGED' },
    });
  });

  // Would catch: one of the attacks getting past the wired path, or leaving something that is installed at the end.
  it('refuse every attack on lists and files with its reason, and install nothing of it', async () => {
    const attacks: Record<string, (site: Site, name: string) => void> = {
      'UPDATE_REFUSED signatures-missing': (site) => {
        for (const [path, bytes] of siteOf(someKeys(), 1, [], {}))
          if (!path.includes('root')) site.set(path, bytes);
      },
      'UPDATE_REFUSED malformed': (site) => site.set('/metadata/timestamp.json', Buffer.from('{}')),
      'UPDATE_REFUSED missing': (site) => site.delete('/metadata/1.targets.json'),
      'UPDATE_REFUSED mixed': (site) => {
        const other = siteOf(keys, 1, [someRelease({ version: '9.0.0' })], {});
        site.set('/metadata/1.targets.json', other.get('/metadata/1.targets.json') ?? Buffer.of());
      },
      'UPDATE_REFUSED endless': (site) =>
        site.set('/metadata/timestamp.json', Buffer.alloc(1_100_000, 32)),
      'UPDATE_FILE_DAMAGED ': (site, name) => {
        const bytes = Buffer.from(site.get(`/files/${name}`) ?? '');
        bytes[9] = (bytes[9] ?? 0) ^ 1;
        site.set(`/files/${name}`, bytes);
      },
    };
    for (const [outcome, attack] of Object.entries(attacks)) {
      const { site, file } = someSite(keys, 30_000);
      attack(site, file.name);
      const { address } = await served(site);
      const { updates, appImage } = started({ address });
      await updates.check();
      if (updates.status().phase === 'found') await updates.bringFound();
      const { refused, phase } = updates.status();
      expect(`${refused?.code} ${refused?.reason ?? ''}`).toBe(outcome);
      expect(phase, outcome).not.toBe('waiting');
      expect(await updates.installAtEnd(), outcome).toBeNull();
      expect(readFileSync(appImage, 'utf8')).toBe('the former program');
    }
  });

  // Would catch: a list that ended, or an older one that is genuine, taken for what holds; a redirect that is followed.
  it('refuse what is over, what is older than seen, and a place that sends on', async () => {
    const home = freshHome();
    const second = siteOf(keys, 2, [], {});
    const { address, manners } = await served(second);
    await started({ home, address }).updates.check();
    const first = await served(someSite(keys, 10_000).site);
    const older = started({ home, address: first.address });
    await older.updates.check();
    expect(older.updates.status().refused).toEqual({
      code: 'UPDATE_REFUSED',
      reason: 'version-older',
    });
    const late = started({ address, nowMs: () => 200_000 });
    await late.updates.check();
    expect(late.updates.status().refused).toEqual({ code: 'UPDATE_REFUSED', reason: 'expired' });
    manners.instead = (_request, response) => {
      response.writeHead(302, { Location: 'http://localhost:9/metadata/timestamp.json' }).end();
      return true;
    };
    const sent = started({ address });
    await sent.updates.check();
    expect(sent.updates.status().refused).toEqual({ code: 'UPDATE_REDIRECTED', reason: null });
  });
});

describe('updates by stick', () => {
  // Would catch: an office without a network that cannot be updated, or months-old sticks that are refused.
  it('are found, copied off the stick and verified; what is no stick is told', async () => {
    const { site, content } = someSite(keys, 30_000);
    const folder = stickOf(site, join(freshHome(), 'stick'));
    // The server's list would have ended by then; the stick's holds for a year.
    const { updates, appImage } = started({ folder, nowMs: () => 200_000 });
    expect(updates.status().supply).toBe('stick');
    const { isChosen, work: copying } = await updates.fromStick();
    expect(isChosen).toBe(true);
    await copying;
    expect(updates.status()).toMatchObject({ phase: 'waiting', offer: { origin: 'stick' } });
    rmSync(folder, { recursive: true });
    expect(await updates.installAtEnd()).toBe(appImage);
    expect(readFileSync(appImage).equals(content)).toBe(true);
    const empty = started({ folder: freshHome() });
    await (await empty.updates.fromStick()).work;
    expect(empty.updates.status().refused?.code).toBe('UPDATE_NO_RELEASES');
    expect((await started().updates.fromStick()).isChosen).toBe(false);
  });

  // Would catch: a file that is handed to an administrator although it was swapped after it was verified.
  it('are handed over only as they were signed where a person installs them', async () => {
    const { site, file } = someSite(keys, 30_000);
    const folder = stickOf(site, join(freshHome(), 'stick'));
    const { updates, shown, home } = started({ folder, way: 'deb' });
    await (await updates.fromStick()).work;
    expect(updates.status()).toMatchObject({ phase: 'waiting', file: file.name });
    await updates.show();
    expect(shown).toEqual([join(home, 'update', file.name)]);
    expect(updates.ready).toBe('no');
    expect(await updates.installAtEnd()).toBeNull();
    expect(existsSync(shown[0] ?? '')).toBe(true);
    writeFileSync(shown[0] ?? '', Buffer.alloc(30_000));
    await expect(updates.show()).rejects.toMatchObject({ code: 'UPDATE_FILE_DAMAGED' });
    expect(shown).toHaveLength(1);
    expect(updates.status()).toMatchObject({ phase: 'idle', offer: null });
  });
});

describe('the clock of updates', () => {
  // Would catch: a restart under somebody's hands, a due version that nobody installs, a metered line used up.
  it('installs only while nobody is logged in, when it is due or its time; fetches only where it may', async () => {
    const content = Buffer.alloc(20_000, 7);
    const file = fileOf(content);
    const due = someRelease({ files: [file], mandatoryByMs: NOW - 1 });
    for (const release of [due, { ...due, mandatoryByMs: NOW + 1 }]) {
      const { address } = await served(siteOf(keys, 1, [release], { [file.name]: content }));
      const { updates } = started({ address });
      const state = { isAtRest: false, isSpared: true, isShut: true, restarts: 0 };
      const clock = new UpdateClock({
        updates,
        hasLine: true,
        installAt: '23:30',
        isAutomatic: true,
        isLineSpared: () => state.isSpared,
        isLineShut: () => state.isShut,
        isAtRest: () => state.isAtRest,
        restart: () => void state.restarts++,
        nowMs: () => NOW,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      });
      const noon = new Date(2026, 5, 1, 12, 0);
      // Bugs: an emergency level that leaves sticks alone, and a line that is used all the same, by the clock or to the end.
      await clock.tick(noon);
      expect(updates.status()).toMatchObject({ phase: 'idle', checkedMs: null });
      state.isShut = false;
      await clock.tick(noon);
      expect(updates.status().phase).toBe('found');
      const coming = updates.bringFound();
      state.isShut = true;
      await clock.tick(noon);
      await coming;
      expect(updates.status().phase).toBe('paused');
      expect(updates.isWanted).toBe(true);
      state.isShut = false;
      await updates.bringFound();
      await clock.tick(noon);
      await clock.tick(new Date(2026, 5, 1, 23, 40));
      expect(state.restarts).toBe(0);
      state.isAtRest = true;
      await clock.tick(noon);
      expect(state.restarts).toBe(release === due ? 1 : 0);
      await clock.tick(new Date(2026, 5, 2, 0, 29));
      expect(state.restarts).toBe(release === due ? 2 : 1);
    }
  });

  // Would catch: a program that ends itself every minute for an update that a full disk does not let in place.
  it('does not end the program again for what could just not be put in place', async () => {
    const content = Buffer.alloc(20_000, 7);
    const file = fileOf(content);
    const due = someRelease({ files: [file], mandatoryByMs: NOW - 1 });
    const { address } = await served(siteOf(keys, 1, [due], { [file.name]: content }));
    let nowMs = NOW;
    const { updates, swap } = started({ address, nowMs: () => nowMs });
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    vi.spyOn(swap, 'install').mockRejectedValue(full);
    let restarts = 0;
    const clock = new UpdateClock({
      updates,
      hasLine: true,
      installAt: null,
      isAutomatic: true,
      isLineSpared: () => false,
      isLineShut: () => false,
      isAtRest: () => true,
      restart: () => void restarts++,
      nowMs: () => nowMs,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    await updates.check();
    await updates.bringFound();
    await clock.tick();
    expect(restarts).toBe(1);
    expect(await updates.installAtEnd()).toBeNull();
    expect(updates.status().last).toMatchObject({ outcome: 'refused' });
    for (const minutes of [1, 2, 60, 19 * 60]) {
      nowMs = NOW + minutes * 60_000;
      await clock.tick();
    }
    expect(restarts).toBe(1);
    nowMs = NOW + 21 * 3_600_000;
    await clock.tick();
    expect(restarts).toBe(2);
  });

  // Would catch: a window of time that ends at midnight.
  it('knows its hour over midnight', () => {
    const at = (hours: number, minutes: number) => new Date(2026, 5, 1, hours, minutes);
    expect(
      [at(23, 29), at(23, 30), at(0, 0), at(0, 29), at(0, 30)].map((time) =>
        isWithin('23:30', time),
      ),
    ).toEqual([false, true, true, true, false]);
  });
});
