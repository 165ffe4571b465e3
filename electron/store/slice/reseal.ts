import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import type { StoreCalls } from '../protocol';
import type { SqlValue } from '../sql/values';

/** Longest that one transaction holds the writer: a page that arrives waits no longer than this. */
const SLICE_MS = 8;

// Only the row whose blob is still the one that was resealed: counters are unique, so equal bytes are the same value.
const UPDATES = {
  person:
    'update person set sealed = ?, tagWhole = ?, tagRegion6 = ?, tagBirth8 = ?, tagLast4 = ?, tagLast6 = ?, tagPhone = ?, tagPhoneLast4 = ? where id = ? and sealed = ?',
  certificate: 'update certificate set sealed = ?, tagNumber = ? where id = ? and sealed = ?',
} as const;

type Input = StoreCalls['resealWrite'][0];

function valuesOf({ entity, before, after }: Input, i: number): SqlValue[] {
  const part = (rows: Pick<Input['before'], 'blobs' | 'offsets'>): Uint8Array =>
    rows.blobs.subarray(rows.offsets[i], rows.offsets[i + 1]);
  const tags =
    entity === 'person'
      ? [
          after.tagWhole,
          after.tagRegion6,
          after.tagBirth8,
          after.tagLast4,
          after.tagLast6,
          after.tagPhone,
          after.tagPhoneLast4,
        ]
      : [after.tagWhole];
  return [
    part(after),
    ...tags.map((column) => column[i] || null),
    before.ids[i] ?? 0,
    part(before),
  ];
}

/** Writes resealed rows, some milliseconds a transaction; answers how many were still as they had been read. */
export async function writeResealed(db: WritableDb, input: Input): Promise<number> {
  const { entity, before, after } = input;
  const rows = before.ids.length;
  if (before.offsets.length !== rows + 1 || after.offsets.length !== rows + 1)
    throw new AppError('INTERNAL', {}, 'resealed columns are of other lengths');
  let written = 0;
  for (let i = 0; i < rows; ) {
    db.transaction(() => {
      const endMs = performance.now() + SLICE_MS;
      do {
        written += db.runArray(UPDATES[entity], valuesOf(input, i));
        i++;
      } while (i < rows && performance.now() < endMs);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return written;
}
