import { createHash, randomBytes } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another process works on the folder. The embedded engine has no lock of its own: two would destroy it. */
export class FolderInUse extends Error {
  constructor(folder: string) {
    super(
      `another central server works on ${folder}: stop it first, or keep the rows in PostgreSQL (--database-url)`,
    );
    this.name = 'FolderInUse';
  }
}

const RETRY_MS = 250;
const LOCK = 'central.lock';
/** Addresses of sockets have room for 103 bytes on the narrowest system. */
const LONGEST_ADDRESS = 90;
/** Of these alone it is certain that nobody listens; anything else may be somebody we must not reach. */
const NOBODY = ['ECONNREFUSED', 'ENOENT'];

type Release = () => Promise<void>;

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
  });
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.close(() => resolve()));

function isAnswering(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(!NOBODY.includes(code)));
  });
}

/** Does `work` with an address of the folder that is short enough for a socket. */
async function reached<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(join(folder, LOCK)) <= LONGEST_ADDRESS) return work(folder);
  const way = mkdtempSync(join(tmpdir(), 'fcc-'));
  try {
    symlinkSync(folder, join(way, 'd'));
    return await work(join(way, 'd'));
  } finally {
    rmSync(way, { recursive: true, force: true });
  }
}

/** Which file it is: the number of a file is given again, together with its time it is not. */
interface Seen {
  readonly ino: bigint;
  readonly ctimeNs: bigint;
}
const seenAt = (path: string): Seen | undefined =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false });

/** Takes away the lock of a process that ended, if it is that one still: another may have taken it over meanwhile. */
function removeStale(lock: string, seen: Seen): void {
  const now = seenAt(lock);
  if (now?.ino !== seen.ino || now.ctimeNs !== seen.ctimeNs) return;
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Taken over in the very moment between: it goes back to whose it is. Moving changed the time, so that the number has to do.
  if (seenAt(aside)?.ino !== seen.ino) linkSync(aside, lock);
  rmSync(aside, { force: true });
}

/**
 * Tries once. The socket lies in the folder itself, whichever temporary folder, user or namespace a process has; it ends with its
 * process, however that ends, which a lock file would not. It listens before it takes the lock's name, and of several that want the name
 * one gets it.
 */
async function tryFolder(folder: string): Promise<Release | undefined> {
  const lock = join(folder, LOCK);
  return reached(folder, async (near) => {
    const seen = seenAt(lock);
    if (seen !== undefined) {
      if (await isAnswering(join(near, LOCK))) return undefined;
      removeStale(lock, seen);
    }
    const name = `${LOCK}.${randomBytes(4).toString('hex')}`;
    const own = join(folder, name);
    const server = await listen(join(near, name));
    if (server === undefined) return undefined;
    try {
      linkSync(own, lock);
    } catch (error) {
      await closed(server);
      rmSync(own, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    }
    const mine = seenAt(own)?.ino;
    rmSync(own, { force: true });
    return async () => {
      if (seenAt(lock)?.ino === mine) rmSync(lock, { force: true });
      await closed(server);
    };
  });
}

/** Windows has one name space of pipes for all: nothing lies anywhere, and nothing is left behind. */
async function tryPipe(folder: string): Promise<Release | undefined> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  const server = await listen(`\\\\.\\pipe\\fieldcert-central-${name}`);
  return server === undefined ? undefined : () => closed(server);
}

/** Takes the folder for this process and returns how to let it go. Throws FolderInUse when it is not free within `waitMs`. */
export async function lockFolder(folder: string, waitMs: number): Promise<Release> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const real = realpathSync(folder);
  const attempt = process.platform === 'win32' ? tryPipe : tryFolder;
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const release = await attempt(real);
    if (release !== undefined) return release;
    if (waitedMs >= waitMs) throw new FolderInUse(folder);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
