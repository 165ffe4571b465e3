import { z } from 'zod';

/**
 * Pictures and documents of a command (`evidence` of its payload, by the SHA-256 of their plain bytes). They travel on
 * their own, after the command that names them: GET /v1/evidence/<sha256> says how far the server has one; POST
 * `?at=N&total=M` with `application/octet-stream` adds bytes from N on. What travels is the sealed box of the contents
 * to the server's outbox key, so that nobody between can look; the server opens it, compares it with the hash that the
 * device signed in the command, and refuses anything else.
 */
export const evidencePath = (sha256: string): string => `/v1/evidence/${sha256}`;
/** Context of the sealed box. */
export const evidenceContext = (device: string, sha256: string): string =>
  `evidence|${device}|${sha256}`;
/** Largest plain contents, bytes. */
export const MAX_EVIDENCE_BYTES = 8 * 1024 * 1024;
/** Most bytes of one request. */
export const MAX_EVIDENCE_PIECE = 256 * 1024;

export const EvidenceAnswerSchema = z.strictObject({
  /**
   * `unnamed`: no command of this device that the server has names it; `wanted`: it has the first `have` bytes;
   * `whole`: it has all and they fit; `refused`: they do not, and it takes no more of it.
   */
  state: z.enum(['unnamed', 'wanted', 'whole', 'refused']),
  have: z.number().int().nonnegative(),
  /** Of a refusal: no box for this server, other contents than named, or neither JPEG nor PNG nor PDF. */
  reason: z.enum(['box', 'hash', 'type']).nullable(),
});
export type EvidenceAnswer = z.infer<typeof EvidenceAnswerSchema>;
