import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GrantPackageSchema } from '../../../../shared/protocol/cross-region';
import { randomKey } from '../../../crypto/key-bytes';
import { writeAtomically } from '../../../platform/atomic-write';
import { destroyFile } from '../../../platform/destroy-file';
import { openDeviceBox, sealToDevice } from '../unlock/device-box';
import type { OpenSession } from '../unlock/session';

const NAME = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const BOX = 'grant.box';
const context = (deviceId: string, grant: string) => `grant-rest|${deviceId}|${grant}`;

const HeldSchema = z.strictObject({
  /** Key of the grant's files, 32 bytes. */
  key: z.base64().length(44),
  package: GrantPackageSchema,
});
/** What opens a grant here: the key of its files, and what the centre packed for it. */
export type HeldGrant = z.infer<typeof HeldSchema>;

/**
 * A folder a grant: the encrypted rows, and one small file with the only copy of their key, sealed to this device. Once
 * that file is overwritten the rows are noise, whatever a disk keeps of them. None of it is ever part of a backup.
 */
export class GrantFolders {
  constructor(private readonly root: string) {}

  of(grant: string): string {
    if (!NAME.test(grant)) throw new RangeError('grant id');
    return join(this.root, grant);
  }

  /** Grants of which something lies here. */
  async list(): Promise<readonly string[]> {
    const names = await readdir(this.root).catch(() => [] as string[]);
    return names.filter((name) => NAME.test(name));
  }

  /** Null where nothing is, or what is there was made for another device. */
  async read(session: OpenSession, grant: string): Promise<HeldGrant | null> {
    const sealed = await readFile(join(this.of(grant), BOX)).catch(() => null);
    if (sealed === null) return null;
    const name = context(session.office.deviceId, grant);
    const bytes = await openDeviceBox(session, new Uint8Array(sealed), name);
    if (bytes === null) return null;
    try {
      const held = HeldSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      return held.success ? held.data : null;
    } finally {
      bytes.fill(0);
    }
  }

  /** Makes the folder with a new key. */
  async make(
    session: OpenSession,
    grant: string,
    packed: HeldGrant['package'],
  ): Promise<HeldGrant> {
    await this.destroy(grant);
    const folder = this.of(grant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const key = randomKey();
    const held = { key: Buffer.from(key.buffer).toString('base64'), package: packed };
    key.fill(0);
    const bytes = Buffer.from(JSON.stringify(held), 'utf8');
    const name = context(session.office.deviceId, grant);
    await writeAtomically(join(folder, BOX), await sealToDevice(session, bytes, name));
    bytes.fill(0);
    return held;
  }

  /** The key first, overwritten; then everything. Nothing where nothing is. */
  async destroy(grant: string): Promise<void> {
    const folder = this.of(grant);
    await destroyFile(join(folder, BOX));
    await rm(folder, { recursive: true, force: true });
  }
}
