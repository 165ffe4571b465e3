import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { type CrossRegionParts, CrossRegionService } from './cross-region';
import { GrantFolders } from './grant-folder';

const REQUEST = '01J00000000000000000000000';
/** Of grants that the centre knows no more. */
const OVER = ['01J00000000000000000000001', '01J00000000000000000000002'] as const;

/** What the centre packs comes from here: the test is about what lies on this disk. */
let arrive: () => Promise<unknown>;
vi.mock('./grant-load', () => ({
  fetchPackage: () => arrive(),
  openContent: async () => ({}),
  loadGrant: async () => undefined,
}));

let folder: string;
let noted: unknown[];
let errors: unknown[];
let service: CrossRegionService;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-bring-'));
  await mkdir(join(folder, REQUEST));
  await writeFile(join(folder, REQUEST, 'grant.box'), 'a key');
  await writeFile(join(folder, REQUEST, 'slice.db'), 'rows');
  noted = [];
  errors = [];
  const keys = new Map([['deviceBox', 1]]);
  const session = { view: { userId: 'U-1' }, office: { deviceId: 'D-1' }, keys };
  service = new CrossRegionService({
    sessions: { current: session, demand: () => session },
    store: { call: async (_name: string, { kind, payload }: never) => noted.push([kind, payload]) },
    events: { emit: () => undefined },
    log: { error: (event: string) => errors.push(event) },
    isEmergency: () => false,
    nowMs: () => 1_000,
    folder,
    going: async () => undefined,
    line: () => ({}),
    office: () => ({}),
  } as unknown as CrossRegionParts);
  const known = {
    is: { request: REQUEST },
    state: 'granted',
    isEnded: false,
    grant: { userId: 'U-1', expiresMs: 2_000 },
  };
  vi.spyOn(service.standings, 'list').mockResolvedValue([known] as never);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isHere = () => existsSync(join(folder, REQUEST, 'slice.db'));

// Would catch: rows that somebody works with, gone because he asked for them again while the line was down.
it('leaves what is here alone when nothing new came', async () => {
  arrive = async () => {
    throw new AppError('SYNC_UNREACHABLE');
  };
  await expect(service.bring(REQUEST)).rejects.toMatchObject({ code: 'SYNC_UNREACHABLE' });
  expect([isHere(), noted]).toEqual([true, []]);
});

// Would catch: half a grant that is left open to look-ups; one that is destroyed and the log does not know of it.
it('destroys what was begun and broke, in the log', async () => {
  const key = new Uint8Array(32);
  const keys = { digestTag: key, transportPublic: key, transportPrivate: key };
  // The session has no keys: the folder is made, its box cannot be.
  arrive = async () => ({ keys, envelope: {} });
  await expect(service.bring(REQUEST)).rejects.toThrow();
  expect(existsSync(join(folder, REQUEST))).toBe(false);
  expect(noted).toEqual([['cross-region-destroyed', { request: REQUEST, why: 'unfinished' }]]);
});

const lieOver = async () => {
  for (const one of OVER) {
    await mkdir(join(folder, one));
    await writeFile(join(folder, one, 'grant.box'), 'a key');
  }
};

// Would catch: a folder that a scanner holds keeps everybody out of the office, and leaves the keys of the other grants.
it('opens although one folder does not go, and destroys the others', async () => {
  await lieOver();
  const { destroy } = GrantFolders.prototype;
  const held = vi.spyOn(GrantFolders.prototype, 'destroy').mockImplementation(function (
    this: GrantFolders,
    grant,
  ) {
    return grant === OVER[0] ? Promise.reject(new Error('EBUSY')) : destroy.call(this, grant);
  });
  try {
    await service.opened();
    expect(OVER.map((one) => existsSync(join(folder, one)))).toEqual([true, false]);
    expect(errors).toEqual(['grant not destroyed']);
    held.mockRestore();
    // The next look, as the watch has it.
    await service.opened();
    expect(existsSync(join(folder, OVER[0]))).toBe(false);
  } finally {
    held.mockRestore();
    await service.closing();
  }
});

// Would catch: rows of a grant that is over stay, and a synchronisation stands still, until another grant's rows have come.
it('destroys what is over while another grant is being brought', async () => {
  await lieOver();
  let end: (error: Error) => void = () => undefined;
  let isAsked = false;
  arrive = () => {
    isAsked = true;
    return new Promise((_, reject) => {
      end = reject;
    });
  };
  const bringing = service.bring(REQUEST);
  await vi.waitFor(() => expect(isAsked).toBe(true));
  await service.opened();
  expect(OVER.map((one) => existsSync(join(folder, one)))).toEqual([false, false]);
  end(new AppError('SYNC_UNREACHABLE'));
  await expect(bringing).rejects.toMatchObject({ code: 'SYNC_UNREACHABLE' });
  await service.closing();
});
