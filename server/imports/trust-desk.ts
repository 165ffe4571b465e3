import { X509Certificate } from 'node:crypto';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import { listRoots, removeRoot } from '../store/signer-roots';
import type { SqlClient } from '../store/sql-client';

/** A root as an administrator sees it. */
export interface TrustedRoot {
  readonly sha256: string;
  readonly subject: string;
  /** Last day in force, ISO. */
  readonly until: string;
}

/** Authorities whose signing certificates count. A running server counts by those that were there when it started. */
export class TrustDesk {
  constructor(private readonly parts: { readonly client: SqlClient }) {}

  async list(): Promise<readonly TrustedRoot[]> {
    const roots = await listRoots(this.parts.client);
    return roots.map(({ sha256, der }) => {
      const { subject, validTo } = new X509Certificate(der);
      const until = new Date(validTo).toISOString().slice(0, 10);
      return { sha256, subject: subject.replaceAll('\n', ', '), until };
    });
  }

  /** Takes a root away; without any the issuer is judged no longer. Throws RangeError for one that is not there. */
  async remove(sha256: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'taking a root away', agreed);
    if (!(await removeRoot(this.parts.client, sha256)))
      throw new RangeError(`no root ${sha256}: trust lists them`);
  }
}
