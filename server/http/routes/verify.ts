import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VERIFY_PATH } from '../../../shared/protocol/verification-code';
import { lookUpCode } from '../../verification/look-up';
import { PAGE_HEADERS, verificationPage } from '../../verification/page';
import { pageLanguage } from '../../verification/words';
import type { ServerParts } from '../parts';
import { RateLimit } from '../rate-limit';
import { Refusal } from '../refusal';

const WINDOW_MS = 60_000;
/** Of one address, and of all together: a code cannot be guessed (80 bits), the database must not be kept busy. */
const PER_ADDRESS = 30;
const PER_CENTRE = 1_200;

/**
 * GET `/verify` is a form, GET `/verify/<code>` or `/verify?code=…` what the centre knows of a document by its code: as a
 * page for browsers, as JSON (`CodeAnswer`) for others. The one interface that asks for no certificate.
 */
export function verifyRoutes(server: FastifyInstance, parts: ServerParts): void {
  const each = new RateLimit(PER_ADDRESS, WINDOW_MS);
  const all = new RateLimit(PER_CENTRE, WINDOW_MS, 1);

  async function answer(request: FastifyRequest, reply: FastifyReply, typed: string | null) {
    const wantsPage = /\btext\/html\b/.test(request.headers.accept ?? '');
    const { lang } = request.query as { readonly lang?: unknown };
    const language = pageLanguage(lang, request.headers['accept-language']);
    void reply.headers(PAGE_HEADERS);
    const nowMs = parts.nowMs();
    const waitMs = typed === null ? 0 : each.hit(request.ip, nowMs) || all.hit('every', nowMs);
    if (waitMs > 0) {
      if (!wantsPage) throw new Refusal('busy', 'too many look-ups', waitMs);
      void reply.code(429).header('retry-after', String(Math.ceil(waitMs / 1_000)));
      return reply.type('text/html; charset=utf-8').send(verificationPage('busy', language));
    }
    const found = typed === null ? null : await lookUpCode(parts.client, typed);
    if (wantsPage || found === null)
      return reply.type('text/html; charset=utf-8').send(verificationPage(found, language));
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(found));
  }

  server.get(VERIFY_PATH, async (request, reply) => {
    const { code } = request.query as { readonly code?: unknown };
    return answer(request, reply, code === undefined ? null : String(code).slice(0, 121));
  });
  server.get(`${VERIFY_PATH}/:code`, async (request, reply) => {
    const { code } = request.params as { readonly code: string };
    return answer(request, reply, code);
  });
}
