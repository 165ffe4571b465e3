import { createPublicKey, verify } from 'node:crypto';
import type { StatementTrust } from '../../shared/protocol/signed-statement';
import type { KeyProvider } from './key-provider';

/** Trust in what this server signed itself and somebody hands back, as of `nowMs`. */
export function ownStatements(keys: KeyProvider, kid: string, nowMs: number): StatementTrust {
  return {
    keys: new Map([[kid, new Uint8Array(keys.publicKey('statement'))]]),
    verify: (spki, bytes, signature) => {
      const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
      return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
    },
    nowMs,
  };
}
