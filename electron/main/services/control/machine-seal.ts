import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { openGcm, sealGcm } from '../../../crypto/aead';
import { hkdf } from '../../../crypto/hkdf';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import { writeAtomically } from '../../../platform/atomic-write';

const SealedFileSchema = z.strictObject({
  format: z.literal('fieldcert-machine-sealed'),
  version: z.literal(1),
  use: z.string().max(40),
  /** Base64 of `iv ‖ ciphertext ‖ tag` (AES-256-GCM). */
  sealed: z.base64().max(2_000_000),
});

/**
 * Small files that this machine alone can open, locked or not: sealed under a key of the machine secret,
 * bound to the device and the use. The key opens no data.
 */
export class MachineSeal {
  private constructor(
    private readonly key: Uint8Array,
    private readonly deviceId: string,
  ) {}

  /** With the machine's secret, which is made where there is none. Throws KEYSLOTS_DAMAGED. */
  static async make(machine: MachineSecretProvider, deviceId: string): Promise<MachineSeal> {
    return MachineSeal.from(await machine.load(), deviceId);
  }

  /** With the machine's secret; null where there is none any more. Throws KEYSLOTS_DAMAGED. */
  static async find(machine: MachineSecretProvider, deviceId: string): Promise<MachineSeal | null> {
    const secret = await machine.find();
    return secret === null ? null : MachineSeal.from(secret, deviceId);
  }

  private static from(secret: Uint8Array, deviceId: string): MachineSeal {
    const salt = new Uint8Array(32);
    const key = hkdf(secret, `fieldcert machine seal v1|${deviceId}`, 32, salt);
    secret.fill(0);
    return new MachineSeal(key, deviceId);
  }

  /** Replaces the file. Throws DISK_FULL, DISK_READ_ONLY. */
  async write(path: string, use: string, plain: Uint8Array): Promise<void> {
    const sealed = Buffer.from(sealGcm(this.key, plain, this.aad(use))).toString('base64');
    const file = { format: 'fieldcert-machine-sealed', version: 1, use, sealed } as const;
    await writeAtomically(path, `${JSON.stringify(SealedFileSchema.parse(file))}\n`);
  }

  /** The plain bytes, which the caller zeroes where they are secret; `altered` for a file that is not ours. */
  async read(path: string, use: string): Promise<Uint8Array | 'absent' | 'altered'> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
      return isAbsent ? 'absent' : 'altered';
    }
    try {
      const { sealed } = SealedFileSchema.parse(JSON.parse(text));
      return openGcm(this.key, Buffer.from(sealed, 'base64'), this.aad(use)) ?? 'altered';
    } catch {
      return 'altered';
    }
  }

  zero(): void {
    this.key.fill(0);
  }

  private aad(use: string): string {
    return `fieldcert ${use} v1|${this.deviceId}`;
  }
}
