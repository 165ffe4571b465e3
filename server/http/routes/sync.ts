import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  CHECKPOINT_HEADER,
  CHECKPOINT_PACKED_HEADER,
  DEFAULT_PAGE_ROWS,
  MAX_PAGE_ROWS,
  PATHS,
  regionPaths,
} from '../../../shared/protocol/endpoints';
import { SignedStatementSchema } from '../../../shared/protocol/signed-statement';
import { findState } from '../../store/checkpoints';
import { notePosition } from '../../store/device-contact';
import { findSlice } from '../../store/slices';
import { Answers } from '../../sync/answers';
import { readCursor } from '../../sync/cursor';
import { currentManifest } from '../../sync/manifests';
import type { Region } from '../../sync/regions';
import { type RegionState, readState } from '../../sync/state';
import { sendTagged } from '../conditional';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';
import { demandSchema } from '../schema-gate';

const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const CheckpointQuery = z.strictObject({ rseq: whole.optional() });
const ChangesQuery = z.strictObject({
  cursor: z.string().min(1).max(512),
  maxRows: whole.pipe(z.number().int().min(1).max(MAX_PAGE_ROWS)).optional(),
});

function queryOf<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(request.query);
  if (!parsed.success) throw new Refusal('bad-request', 'query');
  return parsed.data;
}

/** The caller's region. A region named in the address must be that one. */
async function regionOf(parts: ServerParts, request: FastifyRequest): Promise<Region> {
  const { region } = await callerOf(request, parts.client, parts.regions);
  demandSchema(request);
  demandNamed(request, region);
  return region;
}

function demandNamed(request: FastifyRequest, region: Region): void {
  const named = (request.params as { readonly region?: string }).region;
  if (named !== undefined && named !== region.code)
    throw new Refusal('forbidden', 'not the region of this device');
}

/** One for an installation: its keys and database. */
const kept = new WeakMap<ServerParts, Answers>();

function answersOf(parts: ServerParts): Answers {
  const answers = kept.get(parts) ?? new Answers(parts);
  kept.set(parts, answers);
  return answers;
}

/** A state that was the end of a delta, as it was kept. */
async function formerState(
  { client }: ServerParts,
  region: Region,
  rseq: number,
): Promise<RegionState | undefined> {
  return client.transaction(async (runner) => {
    const slice = await findSlice(runner, region.slice);
    if (slice === undefined) return undefined;
    if (rseq === slice.head) return readState(runner, region.slice, slice.epoch, slice.head);
    const found = await findState(runner, region.slice, slice.epoch, rseq);
    return found === undefined ? undefined : { rseq, epoch: slice.epoch, ...found };
  }, 'repeatable read');
}

async function sendManifest(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const envelope = await currentManifest(parts, await regionOf(parts, request));
  if (envelope === undefined) throw new Refusal('not-found', 'the region has no snapshot yet');
  const tag = createHash('sha256').update(envelope.payload, 'utf8').digest('hex');
  return sendTagged(request, reply, tag, () => SignedStatementSchema.parse(envelope));
}

async function sendCheckpoint(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const region = await regionOf(parts, request);
  const { rseq } = queryOf(CheckpointQuery, request);
  const answers = answersOf(parts);
  const state = await (rseq === undefined
    ? answers.state(region)
    : formerState(parts, region, rseq));
  if (state === undefined) throw new Refusal('not-found', 'no delta ended at this state');
  return reply.send(await answers.sign(region, state));
}

async function sendChanges(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { device, region } = await callerOf(request, parts.client, parts.regions);
  demandSchema(request);
  demandNamed(request, region);
  const { cursor: text, maxRows = DEFAULT_PAGE_ROWS } = queryOf(ChangesQuery, request);
  const cursor = readCursor(parts.keys, text);
  if (cursor === undefined || cursor.slice !== region.slice)
    throw new Refusal('cursor-unknown', 'not a cursor of this region');
  const answers = answersOf(parts);
  const page = await answers.page(region, cursor, maxRows);
  if (page === undefined) throw new Refusal('cursor-unknown', 'a cursor of another history');
  // Not the position: whoever broke off in a delta can be helped by a bundle from where it began alone.
  const position = { epoch: cursor.epoch, rseq: cursor.stable };
  await notePosition(parts.client, device.id, position, parts.nowMs());
  if (page.state !== undefined) {
    const proof = Buffer.from(JSON.stringify(await answers.sign(region, page.state)), 'utf8');
    const isPacked = request.headers[CHECKPOINT_PACKED_HEADER] === 'br';
    if (isPacked) void reply.header(CHECKPOINT_PACKED_HEADER, 'br');
    const sent = isPacked ? brotliCompressSync(proof) : proof;
    void reply.header(CHECKPOINT_HEADER, sent.toString('base64url'));
  }
  return reply.type('application/octet-stream').send(page.object);
}

/** GET manifest, checkpoint and changes, each also with the region named in the address. */
export function syncRoutes(server: FastifyInstance, parts: ServerParts): void {
  for (const path of [PATHS.manifest, regionPaths.manifest(':region')])
    server.get(path, (request, reply) => sendManifest(parts, request, reply));
  for (const path of [PATHS.checkpoint, regionPaths.checkpoint(':region')])
    server.get(path, (request, reply) => sendCheckpoint(parts, request, reply));
  for (const path of [PATHS.changes, regionPaths.changes(':region')])
    server.get(path, (request, reply) => sendChanges(parts, request, reply));
}
