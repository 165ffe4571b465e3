import { createHash } from 'node:crypto';
import { type SignedStatement, signStatement } from '../../shared/protocol/signed-statement';
import type { KeyProvider } from './key-provider';

/** Signs what the server says, with the key that the CA certified for it. */
export class StatementWriter {
  readonly kid: string;

  constructor(private readonly keys: KeyProvider) {
    this.kid = createHash('sha256').update(keys.publicKey('statement')).digest('hex').slice(0, 16);
  }

  /** `payload` must be what its schema says; canonical JSON of it is signed. */
  sign(payload: unknown): Promise<SignedStatement> {
    return signStatement(this.kid, payload, (bytes) => this.keys.sign('statement', bytes));
  }
}
