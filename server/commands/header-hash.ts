import { createHash } from 'node:crypto';

/** SHA-256 of an entry's header, hex: its name in the chain. */
export function headerHash(header: string): string {
  return createHash('sha256').update(header, 'utf8').digest('hex');
}
