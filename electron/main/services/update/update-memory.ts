import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  firstTrust,
  nextTrust,
  type ReleaseSeen,
  type ReleaseTrust,
} from '../../../../shared/protocol/release-trust';
import { compareVersions, RELEASE_VERSION } from '../../../../shared/protocol/release-version';
import { releaseCrypto } from '../../../crypto/release-signature';
import { writeAtomically } from '../../../platform/atomic-write';

const Seen = z.number().int().nonnegative();
const MemorySchema = z.strictObject({
  /** Roots after the one that the program brings, in their order. */
  roots: z.array(z.string()).max(256),
  seen: z.strictObject({ targets: Seen, snapshot: Seen, timestamp: Seen, stick: Seen }),
  highestVersion: z.string().regex(RELEASE_VERSION),
});

/**
 * What this installation trusts and has seen. Roots are followed again from the program's own at each start, so that
 * nobody who can write the file can make one up; who deletes it sets back what was seen, but not below the version that
 * runs.
 */
export class UpdateMemory {
  private roots: readonly string[] = [];
  private present: ReleaseTrust;
  private highest: string;

  /** Throws TypeError where the program's own root is none. */
  constructor(
    private readonly path: string,
    shippedRoot: string,
    version: string,
  ) {
    const first = firstTrust(shippedRoot, releaseCrypto);
    if (!first.ok) throw new TypeError(`the shipped root of releases: ${first.error}`);
    this.present = first.value;
    this.highest = version;
    this.recall();
  }

  get trust(): ReleaseTrust {
    return this.present;
  }

  /** The highest version that ever ran here. */
  get highestVersion(): string {
    return this.highest;
  }

  /** Takes a root that `nextTrust` accepted. */
  async follow(trust: ReleaseTrust, text: string): Promise<void> {
    this.present = trust;
    this.roots = [...this.roots, text];
    await this.keep();
  }

  async see(seen: ReleaseSeen): Promise<void> {
    this.present = { root: this.present.root, seen };
    await this.keep();
  }

  async keep(): Promise<void> {
    const { roots, highest: highestVersion } = this;
    const { seen } = this.present;
    await writeAtomically(this.path, `${JSON.stringify({ roots, seen, highestVersion })}\n`);
  }

  private recall(): void {
    const stored = this.stored();
    if (stored === undefined) return;
    for (const text of stored.roots) {
      const next = nextTrust(this.present, text, releaseCrypto);
      if (next.ok) {
        this.present = next.value;
        this.roots = [...this.roots, text];
      } else if (next.error !== 'version-older') break;
    }
    this.present = { root: this.present.root, seen: stored.seen };
    if (compareVersions(stored.highestVersion, this.highest) > 0)
      this.highest = stored.highestVersion;
  }

  private stored(): z.infer<typeof MemorySchema> | undefined {
    try {
      return MemorySchema.safeParse(JSON.parse(readFileSync(this.path, 'utf8'))).data;
    } catch {
      return undefined;
    }
  }
}
