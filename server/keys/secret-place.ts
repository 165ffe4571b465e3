import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the server's secrets and certificates rest. */
export interface SecretPlace {
  read(name: string): Buffer | undefined;
  write(name: string, bytes: Uint8Array): void;
}

/** A folder that only the server's user can read. */
export function secretFolder(folder: string): SecretPlace {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    read: (name) => {
      try {
        return readFileSync(join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (name, bytes) => {
      const path = join(folder, name);
      writeFileSync(`${path}.new`, bytes, { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
    },
  };
}

/** Gone with the process: for tests. */
export function secretMemory(): SecretPlace {
  const held = new Map<string, Buffer>();
  return {
    read: (name) => held.get(name),
    write: (name, bytes) => void held.set(name, Buffer.from(bytes)),
  };
}
