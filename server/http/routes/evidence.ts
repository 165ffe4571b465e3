import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  EvidenceAnswerSchema,
  evidencePath,
  MAX_EVIDENCE_PIECE,
} from '../../../shared/protocol/evidence';
import { HashSchema } from '../../../shared/protocol/manifest';
import { evidenceOf, takeEvidence } from '../../evidence/evidence';
import { callerOf, demandCertificate } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const Whole = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const Query = z.strictObject({ at: Whole, total: Whole });

function hashOf(request: FastifyRequest): string {
  const parsed = HashSchema.safeParse((request.params as { readonly sha256?: unknown }).sha256);
  if (!parsed.success) throw new Refusal('bad-request', 'evidence name');
  return parsed.data;
}

/** GET and POST evidence: what the device's own commands name, a piece at a time. */
export function evidenceRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  server.get(evidencePath(':sha256'), async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    return EvidenceAnswerSchema.parse(await evidenceOf(parts, device.id, hashOf(request)));
  });
  server.post(
    evidencePath(':sha256'),
    { bodyLimit: MAX_EVIDENCE_PIECE, config: { isSlow: true }, onRequest: demandCertificate },
    async (request) => {
      const { device } = await callerOf(request, parts.client, parts.regions);
      const sha256 = hashOf(request);
      const query = Query.safeParse(request.query);
      if (!query.success || !Buffer.isBuffer(request.body))
        throw new Refusal('bad-request', 'at, total and bytes');
      try {
        const piece = { ...query.data, bytes: request.body };
        return EvidenceAnswerSchema.parse(await takeEvidence(parts, device.id, sha256, piece));
      } catch (error) {
        if (error instanceof RangeError) throw new Refusal('bad-request', error.message);
        throw error;
      }
    },
  );
}
