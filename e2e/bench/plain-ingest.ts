import { createKeyedTagger, type KeyedTagger } from '../../electron/crypto/keyed-tag';
import { TransportRing } from '../../electron/crypto/transport-ring';
import { parentPort } from '../../electron/device/process-port';
import { openPrivate } from '../../electron/main/workers/open-private';
import type { SealedColumns } from '../../electron/store/protocol';

/**
 * The ingest worker without the reveal boundary, to measure what that layer costs: private parts are opened
 * and tagged for the digest as in the product, but IDs, numbers and phones go on in plain, without seal,
 * mask and blind tags. Exists in the bench alone.
 */
export interface PlainIngestRequest {
  readonly id: number;
  readonly object: Uint8Array;
  readonly regionKey: Uint8Array;
  /** Packed by epoch. */
  readonly transportPrivate: Uint8Array;
  /** Fragments as plain numbers where the product has blind tags, so that the same searches are indexed. */
  readonly withFragments: boolean;
}
export interface PlainIngestAnswer {
  readonly id: number;
  readonly sealed: SealedColumns | null;
}

type Column<T> = readonly (T | null)[];
interface PrivateColumns {
  readonly idType?: Column<number>;
  readonly idNumber?: Column<string>;
  readonly phone?: Column<string>;
  readonly number?: Column<string>;
}

let tagger: Promise<KeyedTagger> | null = null;

/** What a row's private values are, as the digest has them; null where there are none. */
function valuesOf(columns: PrivateColumns, row: number): Record<string, unknown> | null {
  const idNumber = columns.idNumber?.[row] ?? null;
  const number = columns.number?.[row] ?? null;
  if (idNumber === null) return number === null ? null : { number };
  const phone = columns.phone?.[row] ?? null;
  return { idType: columns.idType?.[row] ?? 0, idNumber, ...(phone === null ? {} : { phone }) };
}

async function handle(request: PlainIngestRequest): Promise<SealedColumns | null> {
  tagger ??= createKeyedTagger(request.regionKey);
  const { header, content } = openPrivate(
    request.object,
    new TransportRing(request.transportPrivate),
  );
  if (content === null || header.format !== 'fieldcert-segment') return null;
  const { columns } = content as { readonly columns: PrivateColumns };
  const rows = Array.from({ length: header.rows }, (_, row) => valuesOf(columns, row));
  const texts = rows.map((row) =>
    row === null ? '' : `${row.idNumber ?? row.number} ${row.phone ?? ''}`,
  );
  const offsets = new Uint32Array(header.rows + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + Buffer.byteLength(text);
  });
  const none = new Float64Array(header.rows);
  const digits = (pick: (id: string, phone: string) => string) =>
    request.withFragments
      ? Float64Array.from(rows, (row) =>
          Number(pick(String(row?.idNumber ?? ''), String(row?.phone ?? '')).replace(/\D/g, '')),
        )
      : none;
  return {
    blobs: new Uint8Array(Buffer.from(texts.join(''))),
    offsets,
    keyedTags: (await tagger).column(rows),
    maskedId: texts,
    maskedPhone: texts.map(() => null),
    // Fifteen digits at most, which a double holds exactly: a number, not yet a secret.
    tagWhole: digits((id) => id.slice(3)),
    tagRegion6: digits((id) => id.slice(0, 6)),
    tagBirth8: digits((id) => id.slice(6, 14)),
    tagLast4: digits((id) => id.slice(-4)),
    tagLast6: digits((id) => id.slice(-6)),
    tagPhone: digits((_, phone) => phone),
    tagPhoneLast4: digits((_, phone) => phone.slice(-4)),
  };
}

const parent = parentPort();
parent?.onMessage((message) => {
  const request = message as PlainIngestRequest;
  void handle(request).then((sealed) =>
    parent.postMessage({ id: request.id, sealed } satisfies PlainIngestAnswer),
  );
});
