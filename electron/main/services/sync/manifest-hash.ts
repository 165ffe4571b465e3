import { createHash } from 'node:crypto';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';

/** Names a manifest: hex SHA-256 of its signed payload. Throws for what is no envelope. */
export function manifestHash(envelope: unknown): string {
  const { payload } = SignedStatementSchema.parse(envelope);
  return createHash('sha256').update(payload, 'utf8').digest('hex');
}
