import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileMachineSecret, type SystemKeyStore, systemMachineSecret } from './machine-secret';

const root = await mkdtemp(join(tmpdir(), 'fc-machine-'));
afterAll(() => rm(root, { recursive: true }));

/** Stands in for the system's store, which exists in Electron only: reverses bytes. */
function store(backend?: string): SystemKeyStore {
  return {
    isEncryptionAvailable: () => true,
    encryptString: (text) => Buffer.from(text, 'utf8').reverse(),
    decryptString: (sealed) => Buffer.from(sealed).reverse().toString('utf8'),
    ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend }),
  };
}

describe('machine secret', () => {
  // Would catch: a new secret at each start (every slot would close) or the secret in plain beside the store.
  it('stays the same and goes through the store', async () => {
    const path = join(root, 'deep', 'sealed');
    const secret = await systemMachineSecret(path, store('gnome_libsecret')).load();
    expect(await systemMachineSecret(path, store('gnome_libsecret')).load()).toEqual(secret);
    const stored = await readFile(path);
    expect(stored.includes(Buffer.from(secret))).toBe(false);
    const plain = fileMachineSecret(join(root, 'plain'));
    expect(await plain.load()).toEqual(await plain.load());
  });

  // Would catch: obscured text counted as a binding to the machine.
  it('does not count basic_text', () => {
    expect(systemMachineSecret(join(root, 'x'), store('basic_text')).isBound).toBe(false);
    expect(systemMachineSecret(join(root, 'x'), store('kwallet6')).isBound).toBe(true);
    expect(systemMachineSecret(join(root, 'x'), store()).isBound).toBe(true);
    expect(fileMachineSecret(join(root, 'x')).isBound).toBe(false);
  });

  // Would catch: a damaged secret replaced in silence.
  it('refuses a damaged secret', async () => {
    const path = join(root, 'damaged');
    await writeFile(path, 'short');
    await expect(fileMachineSecret(path).load()).rejects.toMatchObject({
      code: 'KEYSLOTS_DAMAGED',
    });
    await expect(systemMachineSecret(path, store()).load()).rejects.toMatchObject({
      code: 'KEYSLOTS_DAMAGED',
    });
  });
});
