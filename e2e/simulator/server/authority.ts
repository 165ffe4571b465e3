import { Authority } from '../../../server/keys/authority';
import { fileKeys, type KeyProvider } from '../../../server/keys/key-provider';
import { newRegionKeys, type RegionKeySet } from '../../../server/keys/region-keys';
import { secretMemory } from '../../../server/keys/secret-place';
import { StatementWriter } from '../../../server/keys/statement-writer';

/** Keys and certificates of the simulated server: made once, used by every seed. */
export interface Signing {
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly caPem: string;
  readonly statementPem: string;
  readonly boxPem: string;
  readonly region: RegionKeySet;
}

export async function makeSigning(): Promise<Signing> {
  const nowMs = globalThis.Date.now();
  const keys = fileKeys(secretMemory());
  const authority = await Authority.open(keys, undefined, nowMs);
  return {
    keys,
    statements: new StatementWriter(keys),
    caPem: authority.caPem,
    statementPem: await authority.issueStatement(nowMs),
    boxPem: await authority.issueBox(nowMs),
    region: newRegionKeys(1),
  };
}
