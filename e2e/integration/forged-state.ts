import { createHash } from 'node:crypto';
import type { WritableDb } from '../../electron/store/database';
import { sql } from '../../electron/store/sql/tag';
import type { SqlRow } from '../../electron/store/sql/values';

const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const big = (value: number, bytes: 4 | 8): Buffer => {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 4) buffer.writeUInt32BE(value);
  else buffer.writeBigUInt64BE(BigInt(value));
  return buffer;
};
/** Names in order, as RFC 8785 has them; there are no fractions here. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, ordered(inner)]));
}

export const TABLES = [
  'company',
  'person',
  'certificate',
  'event',
  'training',
  'exam',
  'attachment',
] as const;
type Table = (typeof TABLES)[number];
/** What a device adds to a row. */
const OWN = /^(id|rev|nameId|sealed|keyedTag|masked.*|tag.*)$/;
const JSON_COLUMNS = ['ext', 'staffing'];

/**
 * The set digest a second time, from what the protocol says of it and with nothing of the product: the leaf of each
 * row, the hash of each 64 ids, and seven levels of 64 above them.
 */
function bucketsOf(db: WritableDb, table: Table): Map<number, Buffer> {
  const names = db
    .all({ text: `select name from pragma_table_info('${table}')`, values: [] })
    .map((row) => String(row[0]));
  const rows = db.all({
    text: `select ${names.map((name) => `"${name}"`).join(', ')} from "${table}" order by id`,
    values: [],
  });
  const leaves = new Map<number, Buffer[]>();
  for (const row of rows) {
    const at = (name: string): SqlRow[number] | null => row[names.indexOf(name)] ?? null;
    const open: Record<string, unknown> = {};
    for (const name of names.filter((one) => !OWN.test(one))) {
      const value = at(name);
      if (value !== null)
        open[name] = JSON_COLUMNS.includes(name) ? JSON.parse(String(value)) : value;
    }
    const tag = names.includes('keyedTag') ? at('keyedTag') : null;
    const id = Number(at('id'));
    const leaf = sha256(
      big(id, 8),
      big(Number(at('rev')), 4),
      sha256(JSON.stringify(ordered(open))),
      tag instanceof Uint8Array ? tag : '',
    );
    const bucket = Math.floor(id / 64);
    leaves.set(bucket, [...(leaves.get(bucket) ?? []), leaf]);
  }
  return new Map([...leaves].map(([bucket, list]) => [bucket, sha256(...list)]));
}

function rootOf(buckets: ReadonlyMap<number, Buffer>): string {
  let level = buckets;
  for (let depth = 0; depth < 8; depth++) {
    const above = new Map<number, Buffer[]>();
    for (const [index, hash] of [...level].sort(([a], [b]) => a - b)) {
      const parent = Math.floor(index / 64);
      above.set(parent, [...(above.get(parent) ?? []), big(index, 8), hash]);
    }
    level = new Map([...above].map(([index, parts]) => [index, sha256(...parts)]));
  }
  return (level.get(0) ?? sha256()).toString('hex');
}

/** Roots by entity and over all, computed here. */
export function secondRoots(
  db: WritableDb,
  schema: number,
): { readonly roots: Record<string, string>; readonly root: string } {
  const roots = Object.fromEntries(TABLES.map((table) => [table, rootOf(bucketsOf(db, table))]));
  const text = JSON.stringify(ordered({ schema, roots }));
  return { roots, root: sha256(text).toString('hex') };
}

type Fact = 'cursor' | 'checkpoint' | 'checkpoint-signed' | 'last-verify' | 'reference-pack';
export function factOf<T>(db: WritableDb, name: Fact): T {
  return JSON.parse(String(db.value(sql`select value from sync_state where name = ${name}`))) as T;
}
function change(db: WritableDb, name: Fact, by: (value: Record<string, unknown>) => unknown): void {
  const value = JSON.stringify(by(factOf(db, name)));
  db.run(sql`update sync_state set value = ${value} where name = ${name}`);
}

/** How somebody with the data key may change what the slice says of itself. */
export interface Forgery {
  readonly name: string;
  /** What the next check says, and why. */
  readonly state: 'differs' | 'unproven';
  readonly why: string | null;
  act(db: WritableDb): void;
}

export const FORGERIES: readonly Forgery[] = [
  {
    name: 'a row with all digests, the checkpoint and the last check',
    state: 'unproven',
    why: 'altered',
    act: (db) => {
      db.run(
        sql`update certificate set validTo = validTo + 400 where id = (select max(id) from certificate)`,
      );
      db.run(sql`delete from digest_bucket`);
      TABLES.forEach((table, at) => {
        for (const [bucket, hash] of bucketsOf(db, table))
          db.run(sql`insert into digest_bucket values (${at + 1}, ${bucket}, ${hash})`);
      });
      change(db, 'checkpoint', (value) => ({
        ...value,
        ...secondRoots(db, Number(value.schema)),
      }));
      const { root, roots } = factOf<{ root: string; roots: unknown }>(db, 'checkpoint');
      change(db, 'last-verify', (value) => ({ ...value, root, roots, isEqual: true }));
    },
  },
  {
    name: 'a checkpoint that claims to be of today',
    state: 'unproven',
    why: 'unsigned',
    act: (db) =>
      change(db, 'checkpoint', (value) => ({
        ...value,
        issuedMs: Number(value.issuedMs) + 86_400_000,
      })),
  },
  {
    name: 'a checkpoint that is none',
    state: 'unproven',
    why: 'incomplete',
    act: (db) => db.run(sql`update sync_state set value = '{' where name = 'checkpoint'`),
  },
  {
    name: 'the signature taken away',
    state: 'unproven',
    why: 'unsigned',
    act: (db) => db.run(sql`delete from sync_state where name = 'checkpoint-signed'`),
  },
  {
    name: 'a signature of somebody else',
    state: 'unproven',
    why: 'altered',
    act: (db) =>
      change(db, 'checkpoint-signed', (value) => ({
        ...value,
        payload: String(value.payload).replace('"rseq":', '"rseq": '),
      })),
  },
  {
    name: 'a cursor ahead of the rows',
    state: 'unproven',
    why: 'incomplete',
    act: (db) => change(db, 'cursor', (value) => ({ ...value, rseq: Number(value.rseq) + 5_000 })),
  },
  {
    name: 'a cursor behind the rows',
    state: 'unproven',
    why: 'older',
    act: (db) => change(db, 'cursor', (value) => ({ ...value, rseq: Number(value.rseq) - 1 })),
  },
  {
    name: 'a bucket of the digest',
    state: 'differs',
    why: null,
    act: (db) =>
      db.run(
        sql`update digest_bucket set hash = zeroblob(32) where entity = 3 and bucket = (select min(bucket) from digest_bucket where entity = 3)`,
      ),
  },
];
