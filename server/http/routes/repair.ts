import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { PATHS } from '../../../shared/protocol/endpoints';
import {
  RepairLeavesSchema,
  RepairNodesSchema,
  RepairRowsSchema,
} from '../../../shared/protocol/repair';
import type { SqlRunner } from '../../store/sql-client';
import { writeCursor } from '../../sync/cursor';
import { sealPage } from '../../sync/page';
import type { Region } from '../../sync/regions';
import { atState, leafBytes, nodeBytes, type PinnedState, rowPage } from '../../sync/repair';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';
import { demandSchema } from '../schema-gate';

/** Answers one look at the pinned state with bytes. */
async function answer<A extends PinnedState, T>(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType<A>,
  look: (runner: SqlRunner, region: Region, asked: A) => Promise<T>,
  bytesOf: (found: T, region: Region) => Promise<Uint8Array> | Uint8Array,
): Promise<FastifyReply> {
  const { region } = await callerOf(request, parts.client, parts.regions);
  demandSchema(request);
  const parsed = schema.safeParse(request.body);
  if (!parsed.success) throw new Refusal('bad-request', 'repair');
  const asked = parsed.data;
  const found = await atState(parts.client, region.slice, asked, (runner) =>
    look(runner, region, asked),
  );
  if (found === 'unknown') throw new Refusal('cursor-unknown', 'a state of another history');
  if (found === 'moved') throw new Refusal('state-moved', 'the region has changed since');
  const bytes = await bytesOf(found, region);
  return reply.type('application/octet-stream').send(Buffer.from(bytes));
}

/** POST nodes, leaves and rows: what a device asks to find and mend what differs. */
export function repairRoutes(server: FastifyInstance, parts: ServerParts): void {
  const asIs = (bytes: Uint8Array): Uint8Array => bytes;
  server.post(PATHS.repairNodes, (request, reply) =>
    answer(
      parts,
      request,
      reply,
      RepairNodesSchema,
      (runner, { slice }, { asks }) => nodeBytes(runner, slice, asks),
      asIs,
    ),
  );
  server.post(PATHS.repairLeaves, (request, reply) =>
    answer(
      parts,
      request,
      reply,
      RepairLeavesSchema,
      (runner, { slice }, { asks }) => leafBytes(runner, slice, asks),
      asIs,
    ),
  );
  server.post(PATHS.repairRows, (request, reply) =>
    answer(
      parts,
      request,
      reply,
      RepairRowsSchema,
      (runner, { slice }, asked) => rowPage(runner, slice, asked, asked.asks),
      (page, { keys }) => sealPage(page, writeCursor(parts.keys, page.next), keys),
    ),
  );
}
