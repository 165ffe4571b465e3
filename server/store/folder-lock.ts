import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
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

/** A socket ends with its process, however that ends; a lock file would not. */
function addressOf(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `fieldcert-central-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

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

function isAnswering(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Takes the folder for this process and returns how to let it go. Throws FolderInUse when it is not free within `waitMs`. */
export async function lockFolder(folder: string, waitMs: number): Promise<() => Promise<void>> {
  const address = addressOf(folder);
  for (let waitedMs = 0; ; ) {
    const server = await listen(address);
    if (server !== undefined)
      return () => new Promise((resolve) => void server.close(() => resolve()));
    if (!(await isAnswering(address))) rmSync(address, { force: true });
    else if (waitedMs >= waitMs) throw new FolderInUse(folder);
    else {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      waitedMs += RETRY_MS;
    }
  }
}
