import { createHash, X509Certificate } from 'node:crypto';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import { addRoots, listRoots, removeRoot } from '../store/signer-roots';
import type { SqlClient } from '../store/sql-client';

/** A root as an administrator sees it. */
export interface TrustedRoot {
  readonly sha256: string;
  readonly subject: string;
  /** Last day in force, ISO. */
  readonly until: string;
}

interface TrustParts {
  readonly client: SqlClient;
  readonly nowMs: () => number;
}

/** Authorities whose signing certificates count. A running server counts by those that were there when it started. */
export class TrustDesk {
  constructor(private readonly parts: TrustParts) {}

  async list(): Promise<readonly TrustedRoot[]> {
    const roots = await listRoots(this.parts.client);
    return roots.map(({ sha256, der }) => {
      const { subject, validTo } = new X509Certificate(der);
      const until = new Date(validTo).toISOString().slice(0, 10);
      return { sha256, subject: subject.replaceAll('\n', ', '), until };
    });
  }

  /** Adds a root; its SHA-256. It counts from the next start on. Throws RangeError for what is no authority's certificate. */
  async add(der: Uint8Array, agreed: Agreed | null = null): Promise<string> {
    await demandTwo(this.parts.client, 'adding a root', agreed);
    if (!isAuthority(der)) throw new RangeError('no certificate of an authority');
    await addRoots(this.parts.client, [der], this.parts.nowMs());
    return createHash('sha256').update(der).digest('hex');
  }

  /** Roots that a start names: those that are not here yet take two persons. Throws RangeError. */
  async name(roots: readonly Uint8Array[]): Promise<void> {
    const { client, nowMs } = this.parts;
    if (roots.length === 0) return;
    const known = new Set((await listRoots(client)).map(({ sha256 }) => sha256));
    const isKnown = (der: Uint8Array) => known.has(createHash('sha256').update(der).digest('hex'));
    if (!roots.every(isKnown)) await demandTwo(client, 'adding a root (trust-add)', null);
    await addRoots(client, roots, nowMs());
  }

  /** Takes a root away; without any the issuer is judged no longer. Throws RangeError for one that is not there. */
  async remove(sha256: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'taking a root away', agreed);
    if (!(await removeRoot(this.parts.client, sha256)))
      throw new RangeError(`no root ${sha256}: trust lists them`);
  }
}

function isAuthority(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).ca;
  } catch {
    return false;
  }
}
