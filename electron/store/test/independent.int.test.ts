import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SecondEngine from '@signalapp/sqlcipher';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportSourceRow } from '../protocol';
import { openReadable } from '../sqlcipher';
import { MASTER } from './fixture';
import { freeze } from './fixtures/freeze';
import { type FileContent, readIndependently, rowText } from './independent/plain-content';
import { decryptFile } from './independent/sqlcipher4';
import { buildStore, openStore } from './rig';

const PAGE = 4096;
const FILES = [
  ['journal.db', MASTER.journal],
  ['slice.db', MASTER.slice],
] as const;

let entry: string;
let remove: () => void;
const office = mkdtempSync(join(tmpdir(), 'independent-'));
/** What the documented format alone gives: every row of every table. */
const content: Record<string, FileContent> = {};

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  await freeze(entry, office);
  for (const [file, key] of FILES) content[file] = readIndependently(join(office, file), key);
});
afterAll(() => {
  remove();
  rmSync(office, { recursive: true, force: true });
});

describe.each(FILES)(
  '%s, decrypted by the documented format without any SQLCipher',
  (file, key) => {
    const path = join(office, file);

    // Would catch: content that only our engine sees, or sees otherwise than the documented format has it.
    it('is sound, and holds row for row what our engine reads', () => {
      const db = openReadable({ path, key });
      const tables = db
        .all({ text: "select name from sqlite_master where type = 'table'", values: [] })
        .map(([name]) => String(name));
      expect(tables.sort()).toEqual(Object.keys(content[file] ?? {}).sort());
      let rows = 0;
      for (const table of tables) {
        const ours = db.all({ text: `select * from "${table}"`, values: [] }).map(rowText);
        expect(ours.sort(), table).toEqual(content[file]?.[table]?.rows);
        rows += ours.length;
      }
      db.close();
      expect(rows).toBeGreaterThan(200);
    });

    // Would catch: files that are SQLCipher 4 by our own word only.
    it('is row for row what another SQLCipher reads', () => {
      const other = new SecondEngine(path);
      other.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
      expect(other.pragma('cipher_integrity_check')).toEqual([]);
      for (const [table, { columns, rows }] of Object.entries(content[file] ?? {})) {
        const found = other.prepare(`select * from "${table}"`).all() as Record<string, unknown>[];
        const texts = found.map((row) => rowText(columns.map((column) => row[column])));
        expect(texts.sort(), table).toEqual(rows);
      }
      other.close();
    });

    // Would catch: an independent check that would pass whatever it is given.
    it('opens with no other key, and shows any changed byte', () => {
      const bytes = readFileSync(path);
      const wrong = Uint8Array.from(key);
      wrong[31] = (wrong[31] ?? 0) ^ 1;
      expect(() => decryptFile(bytes, wrong)).toThrow('page 1');
      const pages = bytes.length / PAGE;
      for (const page of [1, 2, Math.ceil(pages / 2), pages]) {
        for (const at of [20, 2_000, PAGE - 70, PAGE - 1]) {
          const changed = Buffer.from(bytes);
          const place = (page - 1) * PAGE + at;
          changed[place] = (changed[place] ?? 0) ^ 16;
          expect(() => decryptFile(changed, key)).toThrow(`page ${page}`);
        }
      }
      expect(() => decryptFile(bytes.subarray(0, bytes.length - 1), key)).toThrow(`page ${pages}`);
      const broken = join(office, 'broken.db');
      const flipped = Buffer.from(bytes);
      flipped[PAGE * 3 + 500] = (flipped[PAGE * 3 + 500] ?? 0) ^ 1;
      writeFileSync(broken, flipped);
      const other = new SecondEngine(broken);
      other.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
      expect(other.pragma('cipher_integrity_check')).not.toEqual([]);
      other.close();
      rmSync(broken);
    });
  },
);

describe('the running store', () => {
  // Would catch: a store that answers something else than what lies in its file.
  it('hands out certificate for certificate what the file holds', async () => {
    const { store } = await openStore(entry, office, { create: false });
    const { exportId, count } = await store.call('exportOpen', { filter: {} });
    const given: ExportSourceRow[] = [];
    for (let isLast = false; !isLast; ) {
      const page = await store.call('exportRows', { exportId, limit: 100 });
      given.push(...page.rows);
      ({ isLast } = page);
    }
    await store.call('close', {});
    const table = (name: string): ReadonlyMap<number, Record<string, unknown>> => {
      const { columns = [], rows = [] } = content['slice.db']?.[name] ?? {};
      return new Map(
        rows.map((text) => {
          const values = JSON.parse(text) as unknown[];
          const row = Object.fromEntries(columns.map((column, i) => [column, values[i]]));
          return [Number(row.id), row];
        }),
      );
    };
    const persons = table('person');
    const companies = table('company');
    const expected = [...table('certificate').values()].map((row) => {
      const holder = persons.get(Number(row.holder));
      const company = companies.get(Number(row.company));
      const { kind, category, region, industry, issuer, validFrom, validTo, reviewDue } = row;
      return rowText([
        holder?.maskedId ?? '',
        company?.name ?? null,
        ...[kind, category, region, industry, issuer, validFrom, validTo, reviewDue],
      ]);
    });
    const answered = given.map((row) =>
      rowText([
        row.maskedId,
        row.company,
        ...[row.kind, row.category, row.region, row.industry, row.issuer],
        ...[row.validFrom, row.validTo, row.reviewDue],
      ]),
    );
    expect(count).toBeGreaterThan(200);
    expect(answered.sort()).toEqual(expected.sort());
  });
});
