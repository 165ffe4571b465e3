import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogSealer, readSealedLog, sealedLogKey } from './sealed-log';

const KEY = sealedLogKey(new Uint8Array(32).fill(9));

/** A log of the given texts: header and records apart, and the head after each record. */
function written(texts: readonly string[]) {
  const sealer = LogSealer.begin(KEY);
  const heads: Uint8Array[] = [];
  const records = texts.map((text) => {
    const record = sealer.seal(Buffer.from(text));
    heads.push(sealer.sealedHead());
    return record;
  });
  return { header: sealer.header, records, heads };
}
const texts = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { minLength: 2, maxLength: 8 });
const read = (parts: readonly Uint8Array[], head: Uint8Array | null) =>
  readSealedLog(Buffer.concat(parts), head, KEY);

describe('sealed log', () => {
  // Would catch: records that come back changed, in another order, or readable without the key.
  it('gives back what was written, and nothing without its key', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const { header, records, heads } = written(all);
        const log = read([header, ...records], heads.at(-1) ?? null);
        expect(log.payloads.map((one) => Buffer.from(one).toString())).toEqual(all);
        expect(log).toMatchObject({ isTorn: false, fault: null });
        const other = readSealedLog(Buffer.concat([header, ...records]), null, randomBytes(32));
        expect(other.fault).toMatchObject({ kind: 'record', seq: 1 });
      }),
    );
  });

  // Would catch: an edited, removed, repeated or moved record that is imported as if it were sound.
  it('finds every edit, removal, repetition and change of order, and keeps what is before', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (all, where, how) => {
        const { header, records, heads } = written(all);
        const at = where % (records.length - 1);
        const changed = [...records];
        const kind = how % 4;
        if (kind === 0) {
          const record = Buffer.from(records[at] ?? []);
          const byte = 4 + (how % (record.length - 4));
          record[byte] = (record[byte] ?? 0) ^ 1;
          changed[at] = record;
        } else if (kind === 1) changed.splice(at, 1);
        else if (kind === 2) changed.splice(at, 0, records[at] as Uint8Array);
        else changed.splice(at, 2, records[at + 1] as Uint8Array, records[at] as Uint8Array);
        const log = read([header, ...changed], heads.at(-1) ?? null);
        expect(log.fault?.kind).toBe('record');
        const sound = kind === 2 ? at + 1 : at;
        expect(log.fault?.seq).toBe(sound + 1);
        expect(log.payloads.map((one) => Buffer.from(one).toString())).toEqual(all.slice(0, sound));
      }),
    );
  });

  // Would catch: a log cut at its end that passes for whole, or a crash in the middle of a write called an attack.
  it('tells a cut log from a torn write', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (all, where) => {
        const { header, records, heads } = written(all);
        const last = heads.at(-1) ?? null;
        expect(read([header, ...records.slice(0, -1)], last).fault?.kind).toBe('truncated');
        const end = records.at(-1) as Uint8Array;
        const torn = end.subarray(0, where % end.length);
        const log = read([header, ...records.slice(0, -1), torn], heads.at(-2) ?? null);
        expect(log).toMatchObject({ isTorn: torn.length > 0, fault: null });
        expect(log.payloads).toHaveLength(records.length - 1);
        // The head may be one behind: the process ended between the two writes.
        expect(read([header, ...records], heads.at(-2) ?? null).fault).toBeNull();
        expect(read([header, ...records], null).fault?.kind).toBe('head');
        if (records.length > 2)
          expect(read([header, ...records], heads.at(-3) ?? null).fault?.kind).toBe('head');
      }),
    );
  });

  // Would catch: a log that cannot be continued after a restart.
  it('goes on where it stopped', () => {
    const { header, records, heads } = written(['a', 'b']);
    const log = read([header, ...records], heads[1] ?? null);
    const third = log.sealer?.seal(Buffer.from('c')) as Uint8Array;
    const whole = read([header, ...records, third], log.sealer?.sealedHead() ?? null);
    expect(whole.payloads.map((one) => Buffer.from(one).toString())).toEqual(['a', 'b', 'c']);
    expect(whole.fault).toBeNull();
  });
});
