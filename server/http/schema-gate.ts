import type { FastifyRequest } from 'fastify';
import { SCHEMA_HEADER } from '../../shared/protocol/endpoints';
import { SCHEMAS } from '../sync/state';
import { Refusal } from './refusal';

/**
 * Refuses a client from the past: one whose schema this server no longer serves. One from the future
 * gets the manifest and sees by its range that this server is too old. What such a client has to send is
 * taken all the same: only what reads the slice is behind this gate. Throws Refusal.
 */
export function demandSchema(
  request: FastifyRequest,
  served: { readonly min: number } = SCHEMAS,
): void {
  const said = request.headers[SCHEMA_HEADER];
  if (said === undefined) return;
  if (typeof said !== 'string' || !/^\d{1,6}$/.test(said))
    throw new Refusal('bad-request', 'schema');
  if (Number(said) < served.min)
    throw new Refusal(
      'schema-unsupported',
      `client of schema ${said}, served from ${served.min} on`,
    );
}
