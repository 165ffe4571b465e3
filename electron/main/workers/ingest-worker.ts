import { parentPort } from 'node:worker_threads';
import { ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { PagePrivateSchema } from '../../../shared/protocol/delta';
import {
  type PageHeader,
  type SegmentHeader,
  SegmentPrivateSchema,
} from '../../../shared/protocol/segment';
import { deriveFieldKeys } from '../../crypto/field-keys';
import { createKeyedTagger } from '../../crypto/keyed-tag';
import type { SealedColumns } from '../../store/protocol';
import type {
  IngestAnswer,
  IngestedPage,
  IngestedSegment,
  IngestKeys,
  IngestRequest,
} from './ingest-protocol';
import { damaged, openPrivate } from './open-private';
import { type Sealer, sealColumns } from './seal-columns';

interface Held {
  readonly sealer: Sealer;
  readonly transportPrivate: Uint8Array;
}
let held: Held | null = null;

async function begin(keys: IngestKeys): Promise<null> {
  const fields = deriveFieldKeys(keys.field, keys.fieldVersion);
  const tagger = await createKeyedTagger(keys.region);
  held = { sealer: { fields, tagger }, transportPrivate: keys.transportPrivate.slice() };
  for (const key of [keys.field, keys.region, keys.transportPrivate]) key.fill(0);
  return null;
}

function ingestSegment(
  header: SegmentHeader,
  content: unknown,
  firstCounter: bigint,
  sealer: Sealer,
): IngestedSegment {
  const { entity, rows, region, keyEpoch } = header;
  if (content === null) return { entity, rows, region, keyEpoch, sealed: null };
  const parsed = SegmentPrivateSchema.safeParse(content);
  if (!parsed.success) throw damaged('private part of a segment');
  const sealed = sealColumns(entity, rows, parsed.data.columns, firstCounter, sealer);
  return { entity, rows, region, keyEpoch, sealed };
}

function ingestPage(
  header: PageHeader,
  content: unknown,
  firstCounter: bigint,
  sealer: Sealer,
): IngestedPage {
  const { region, keyEpoch, epoch, from, to, hasMore, cursor } = header;
  const sealed: Partial<Record<(typeof ENTITY_ORDER)[number], SealedColumns>> = {};
  if (content !== null) {
    const parsed = PagePrivateSchema.safeParse(content);
    if (!parsed.success) throw damaged('private part of a page');
    let counter = firstCounter;
    for (const entity of ENTITY_ORDER) {
      const columns = parsed.data.changes[entity]?.columns;
      const rows = Math.max(0, ...Object.values(columns ?? {}).map((column) => column.length));
      if (columns === undefined || rows === 0) continue;
      sealed[entity] = sealColumns(entity, rows, columns, counter, sealer);
      counter += BigInt(rows);
    }
  }
  return { region, keyEpoch, epoch, from, to, hasMore, cursor, sealed };
}

function handle(request: IngestRequest): Promise<null> | IngestedSegment | IngestedPage {
  if (request.kind === 'begin') return begin(request.keys);
  if (held === null) throw new AppError('LOCKED');
  const { header, content } = openPrivate(request.object, held.transportPrivate);
  const isSegment = header.format === 'fieldcert-segment';
  if (isSegment !== (request.kind === 'segment')) throw damaged('format');
  return header.format === 'fieldcert-segment'
    ? ingestSegment(header, content, request.firstCounter, held.sealer)
    : ingestPage(header, content, request.firstCounter, held.sealer);
}

/** Buffers of the sealed columns, to be moved to main instead of copied. */
function transfers(value: IngestedSegment | IngestedPage | null): ArrayBuffer[] {
  const { sealed } = value ?? { sealed: null };
  if (sealed === null) return [];
  const all = 'blobs' in sealed ? [sealed] : Object.values(sealed);
  return all.flatMap(({ blobs, offsets, keyedTags }) =>
    [blobs, offsets, keyedTags].map(({ buffer }) => buffer as ArrayBuffer),
  );
}

async function answer(request: IngestRequest): Promise<void> {
  try {
    const value = await handle(request);
    const message: IngestAnswer = { id: request.id, ok: true, value };
    parentPort?.postMessage(message, transfers(value));
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('INTERNAL', {}, nameOf(error));
    const { code, params, detail = '' } = known;
    const message: IngestAnswer = { id: request.id, ok: false, error: { code, params, detail } };
    parentPort?.postMessage(message);
  }
}

/** The message of an unknown error might quote a value; its name and place do not. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return `${error.name}${(error.stack ?? '').replace(/^[^\n]*/, '').slice(0, 600)}`;
}

parentPort?.on('message', (request: IngestRequest) => void answer(request));
