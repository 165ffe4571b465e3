import { z } from 'zod';
import { MAX_EVIDENCE_FILES } from '../../shared/protocol/commands';
import { HashSchema } from '../../shared/protocol/manifest';

const Named = z.object({ evidence: z.array(z.unknown()) });

/**
 * Evidence that a content names, whatever its kind and form: SHA-256, as many as a command may name. A content that is
 * refused, or of a kind of a newer device, has its photos all the same, and they exist nowhere else.
 */
export function evidenceIn(content: Uint8Array): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return [];
  }
  const named = Named.safeParse(value);
  if (!named.success) return [];
  return named.data.evidence
    .flatMap((one) => HashSchema.safeParse(one).data ?? [])
    .slice(0, MAX_EVIDENCE_FILES);
}
