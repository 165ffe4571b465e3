import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A port of the loopback interface that is free now. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

/** PostgreSQL refuses to run as root: then its own Debian user does it. */
const owner = () => {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  return uid && gid ? { uid, gid } : undefined;
};

/**
 * Starts a throw-away PostgreSQL cluster for the tests of the central server.
 * @param {string | undefined} programs folder of PostgreSQL's programs (FIELDCERT_POSTGRES)
 * @param {{ isDurable?: boolean }} [how] durable: each commit waits for the disk, as an installation does (bench)
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startPostgres(programs, { isDurable = false } = {}) {
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-pg-'));
  const user = owner();
  if (user) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  /** @param {string} program @param {string[]} args */
  const call = (program, args) => {
    const result = spawnSync(join(programs, program), args, {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      ...user,
    });
    if (result.status !== 0) throw new Error(`${program}: ${result.stderr || result.error}`);
  };
  const port = await freePort();
  call('initdb', ['-D', data, '-U', 'fieldcert', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N']);
  const fsync = isDurable ? 'on' : 'off';
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=${fsync}`;
  call('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  return {
    url: `postgresql://fieldcert@127.0.0.1:${port}/postgres`,
    stop: () => {
      call('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs something beside a PostgreSQL of its own.
 * @template T
 * @param {NodeJS.ProcessEnv} env
 * @param {(url: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function onPostgres(env, work) {
  const postgres = await startPostgres(env.FIELDCERT_POSTGRES);
  try {
    return await work(postgres.url);
  } finally {
    postgres.stop();
  }
}
