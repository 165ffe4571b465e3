import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SmsGateway } from './gateway';

const MAX_WAITING = 1_000;

/**
 * Leaves each message as a JSON file `{to, text, reference}` (0600) for a program that sends and removes it: a serial
 * modem's daemon, or a hand-over by disk. Whole files only: written beside and renamed. Refuses when nobody empties it.
 */
export function spoolSms(folder: string): SmsGateway {
  return {
    send: async (message) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const waiting = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      if (waiting.length >= MAX_WAITING) throw new Error(`${folder} is full: nobody empties it`);
      const name = `${Date.now()}-${randomBytes(6).toString('hex')}`;
      const beside = join(folder, `.${name}`);
      await writeFile(beside, `${JSON.stringify(message)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(beside, join(folder, `${name}.json`));
    },
  };
}
