import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import { destroyFile } from '../../../platform/destroy-file';
import { MachineSeal } from '../control/machine-seal';
import { type DeviceKey, publicOf } from './device-keys';

/** As long as the centre answers the same request the same (server/enrol/enrolments.ts). */
const KEPT_MS = 3_600_000;
const USE = 'enrolment keys';
/** In place of a device's name, which the centre has yet to give. */
const NOBODY = 'enrolling';

const KeptSchema = z.strictObject({
  /** SHA-256 of the code's secret, hex: the code itself is not kept. */
  code: z.string().length(64),
  madeMs: z.number().int(),
  /** Bytes of each key (PKCS#8 DER) behind this line, in this order. */
  keys: z.record(z.string().max(20), z.number().int().min(1).max(400)),
});
const LINE_END = 0x0a;

/**
 * The keys that a code is asked with, on the disk before the centre hears of them: a program that ends in between asks again with the
 * same keys and is answered, instead of costing its code. Sealed to this machine, for an hour, and destroyed once they lie in the
 * keyslots, or behind the hour by a program that runs or is started then.
 */
export class EnrolKeysFile<K extends Readonly<Record<string, DeviceKey>>> {
  constructor(
    private readonly path: string,
    private readonly machine: MachineSecretProvider,
    private readonly nowMs: () => number,
  ) {}

  /** The keys of this code; null where there are none, or of another code, too old or not readable. */
  async read(secret: string): Promise<K | null> {
    const bytes = await this.bytes();
    if (bytes === null) return null;
    try {
      const { code, leftMs, keys, behind } = this.said(bytes);
      if (code !== nameOf(secret) || leftMs <= 0) return null;
      let at = behind;
      const named = Object.entries(keys).map(([name, length]) => {
        const der = bytes.subarray(at, at + length);
        at += length;
        return [name, keyOf(der)] as const;
      });
      return Object.fromEntries(named) as unknown as K;
    } catch {
      return null;
    } finally {
      bytes.fill(0);
    }
  }

  /** Throws DISK_FULL, DISK_READ_ONLY, KEYSLOTS_DAMAGED: before the code is used. */
  async keep(secret: string, device: K): Promise<void> {
    const lengths = Object.entries(device).map(([name, key]) => [name, key.privateDer.length]);
    const kept = {
      code: nameOf(secret),
      madeMs: this.nowMs(),
      keys: Object.fromEntries(lengths),
    };
    // The keys themselves as bytes alone: a text of them, or what checks one, would stay in memory after the lock.
    const head = Buffer.from(`${JSON.stringify(KeptSchema.parse(kept))}\n`, 'utf8');
    const bytes = Buffer.concat([head, ...Object.values(device).map((key) => key.privateDer)]);
    const seal = await MachineSeal.make(this.machine, NOBODY);
    try {
      await seal.write(this.path, USE, bytes);
    } finally {
      seal.zero();
      bytes.fill(0);
    }
  }

  /**
   * Destroys what nobody can enrol with any more: keys whose time is over, and a file that does not open here. How long what stays has
   * left, ms; null where nothing stays.
   */
  async expire(): Promise<number | null> {
    if (!existsSync(this.path)) return null;
    const bytes = await this.bytes();
    let leftMs = 0;
    try {
      if (bytes !== null) leftMs = this.said(bytes).leftMs;
    } catch {
      // Not of this form: nobody enrols with it.
    } finally {
      bytes?.fill(0);
    }
    if (leftMs > 0) return leftMs;
    await this.destroy();
    return null;
  }

  /** The plain bytes, which the caller zeroes; null where there are none, or they do not open. */
  private async bytes(): Promise<Uint8Array | null> {
    const seal = await MachineSeal.find(this.machine, NOBODY);
    const bytes = await seal?.read(this.path, USE);
    seal?.zero();
    return bytes instanceof Uint8Array ? bytes : null;
  }

  /** What stands before the keys, how long they are of use, and where they begin. Throws for what is not of this form. */
  private said(bytes: Uint8Array) {
    const head = bytes.indexOf(LINE_END);
    const said = new TextDecoder().decode(bytes.subarray(0, head));
    const { madeMs, ...kept } = KeptSchema.parse(JSON.parse(said));
    const ageMs = this.nowMs() - madeMs;
    // A clock that was set back prolongs nothing.
    return { ...kept, leftMs: ageMs < 0 ? 0 : KEPT_MS - ageMs, behind: head + 1 };
  }

  /** Overwrites and removes it. No error where there is none. */
  destroy(): Promise<void> {
    return destroyFile(this.path);
  }
}

const nameOf = (secret: string): string =>
  createHash('sha256').update(`fieldcert enrolment code|${secret}`).digest('hex');

function keyOf(der: Uint8Array): DeviceKey {
  const privateDer = Buffer.alloc(der.length);
  privateDer.set(der);
  return { privateDer, publicText: publicOf(privateDer).toString('base64') };
}
