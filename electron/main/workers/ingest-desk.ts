import { ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { PagePrivateSchema } from '../../../shared/protocol/delta';
import {
  type PageHeader,
  type SegmentHeader,
  SegmentPrivateSchema,
} from '../../../shared/protocol/segment';
import { deriveFieldKeys, type FieldKeys } from '../../crypto/field-keys';
import { HandoverEnd } from '../../crypto/handover';
import { createKeyedTagger } from '../../crypto/keyed-tag';
import { openingFields } from '../../crypto/opening-fields';
import { TransportRing } from '../../crypto/transport-ring';
import type { DeepFindings } from '../../store/deep-calls';
import { packColumns } from '../../store/packed-columns';
import type { ResealedColumns, SealedColumns } from '../../store/protocol';
import { checkColumns } from './check-columns';
import type { IngestAnswer, IngestedPage, IngestedSegment, IngestRequest } from './ingest-protocol';
import { damaged, openPrivate } from './open-private';
import { resealColumns } from './reseal-columns';
import { type Sealer, sealColumns } from './seal-columns';

interface Held {
  readonly sealer: Sealer;
  /** What opens stored values: the present key, and the one that it replaces. */
  readonly opening: readonly FieldKeys[];
  readonly transport: TransportRing;
}

type Value = IngestedSegment | IngestedPage | ResealedColumns | DeepFindings | null;

/** What the ingest worker does, without its process: seals what the line brings, under keys of its own. */
export class IngestDesk {
  private held: Held | null = null;
  private readonly end = new HandoverEnd();

  /** To be told to who will seal the keys. */
  get point(): Uint8Array {
    return this.end.point;
  }

  /** Never rejects. */
  async answer(request: IngestRequest): Promise<IngestAnswer> {
    try {
      return { id: request.id, ok: true, value: await this.handle(request) };
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('INTERNAL', {}, nameOf(error));
      const { code, params, detail = '' } = known;
      return { id: request.id, ok: false, error: { code, params, detail } };
    }
  }

  private handle(request: IngestRequest): Promise<null> | Value {
    if (request.kind === 'begin') return this.begin(request.sealedKeys, request.fieldVersion);
    const { held } = this;
    if (held === null) throw new AppError('LOCKED');
    if (request.kind === 'check') {
      const { opening, sealer } = held;
      const { blind } = sealer.fields;
      return checkColumns(request.entity, request.rows, { opening, blind, tagger: sealer.tagger });
    }
    if (request.kind === 'reseal') {
      const { entity, rows, firstCounter } = request;
      return resealColumns(entity, rows, held.opening, held.sealer.fields, firstCounter);
    }
    const { header, content } = openPrivate(request.object, held.transport);
    const isSegment = header.format === 'fieldcert-segment';
    if (isSegment !== (request.kind === 'segment')) throw damaged('format');
    return header.format === 'fieldcert-segment'
      ? ingestSegment(header, content, request.firstCounter, held.sealer)
      : ingestPage(header, content, request.firstCounter, held.sealer);
  }

  private async begin(sealedKeys: Uint8Array, fieldVersion: number): Promise<null> {
    const { field, fieldBefore, region, transportPrivate } = this.end.open(sealedKeys);
    if (field === undefined || region === undefined || transportPrivate === undefined)
      throw new AppError('INTERNAL', {}, 'ingest: a key is missing');
    const fields = deriveFieldKeys(field, fieldVersion);
    const tagger = await createKeyedTagger(region);
    const opening = openingFields(fieldBefore, field);
    this.held = {
      sealer: { fields, tagger },
      opening,
      transport: new TransportRing(transportPrivate),
    };
    for (const key of [field, fieldBefore, region]) key?.fill(0);
    return null;
  }
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
  const sealed = packColumns(sealColumns(entity, rows, parsed.data.columns, firstCounter, sealer));
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

/** The message of an unknown error might quote a value; its name and place do not. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return `${error.name}${(error.stack ?? '').replace(/^[^\n]*/, '').slice(0, 600)}`;
}
