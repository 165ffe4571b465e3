import type { WritableDb } from '../../electron/store/database';
import { raw, sql } from '../../electron/store/sql/tag';
import type { SqlValue } from '../../electron/store/sql/values';

/** How somebody who has the slice's key in hand may change it, and who is to notice. */
export interface Tampering {
  readonly name: string;
  /** What the deep check reports it as; `buckets` and `issuers`: the quick check finds it too. */
  readonly as: 'buckets' | 'sealed' | 'derived' | 'names' | 'issuers' | 'structure';
  /** Leaves an index that SQL itself stumbles over: done after the others. */
  readonly isLast?: true;
  /** Changes the open file; `pick` chooses among the rows of a query that answers ids. */
  act(db: WritableDb, pick: (query: string) => number): void;
}

const set = (table: string, id: number, change: string): ReturnType<typeof sql> =>
  sql`update ${raw(`"${table}"`)} set ${raw(change)} where id = ${id}`;

/** Exchanges columns of two rows of a table. */
function swap(db: WritableDb, table: string, a: number, b: number, columns: string): void {
  const read = (id: number): readonly SqlValue[] =>
    db.get({ text: `select ${columns} from "${table}" where id = ?`, values: [id] }) ?? [];
  const [first, second] = [read(a), read(b)];
  const text = `update "${table}" set ${columns
    .split(', ')
    .map((column) => `${column} = ?`)
    .join(', ')} where id = ?`;
  db.runArray(text, [...second, a]);
  db.runArray(text, [...first, b]);
}

/** Type, name, table, root page and text of one object of the schema. */
function schemaOf(db: WritableDb, name: string): readonly SqlValue[] {
  return (
    db.get(
      sql`select type, name, tbl_name, rootpage, sql from sqlite_master where name = ${name}`,
    ) ?? []
  );
}

/** Does what SQL does not allow: changes the schema's own rows. */
function onSchema(db: WritableDb, act: () => void): void {
  const { connection } = db as unknown as {
    readonly connection: { unsafeMode(isOn: boolean): void };
  };
  connection.unsafeMode(true);
  db.exec('pragma writable_schema = on');
  act();
  db.exec('pragma writable_schema = reset');
}

/** Changes the names of issuers and training bodies, which every record of them shows. */
function rename(db: WritableDb, change: (names: NameLists) => void): void {
  const text = db.value(sql`select value from sync_state where name = 'reference-pack'`);
  const names = JSON.parse(String(text)) as NameLists;
  change(names);
  db.run(sql`update sync_state set value = ${JSON.stringify(names)} where name = 'reference-pack'`);
}

interface NameLists {
  readonly issuers: { id: number; name: string; region: string }[];
  readonly bodies: { id: number; name: string; region: string }[];
}

const PERSONS = 'select id from person order by id';
const half = (query: string, isUpper: boolean): string =>
  `select id from (${query}) where id % 2 = ${isUpper ? 1 : 0}`;

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'a revoked certificate made valid',
    as: 'buckets',
    act: (db, pick) =>
      db.run(
        set(
          'certificate',
          pick('select id from certificate where baseStatus <> 1'),
          'baseStatus = 1, statusReason = null',
        ),
      ),
  },
  {
    name: 'a certificate prolonged',
    as: 'buckets',
    act: (db, pick) =>
      db.run(set('certificate', pick('select id from certificate'), 'validTo = validTo + 400')),
  },
  {
    name: 'a person renamed with the index',
    as: 'buckets',
    act: (db, pick) => {
      const id = pick(PERSONS);
      db.run(sql`insert or ignore into name (text) values ('伪造甲')`);
      db.run(
        sql`update person set "name" = '伪造甲', nameId = (select id from name where text = '伪造甲') where id = ${id}`,
      );
    },
  },
  {
    name: 'a certificate deleted',
    as: 'buckets',
    act: (db, pick) =>
      db.run(sql`delete from certificate where id = ${pick('select id from certificate')}`),
  },
  {
    name: 'a person deleted',
    as: 'buckets',
    act: (db, pick) => db.run(sql`delete from person where id = ${pick(PERSONS)}`),
  },
  {
    name: 'an event added',
    as: 'buckets',
    act: (db, pick) =>
      db.run(
        sql`insert into event select (select max(id) + 1 from event), 1, certificate, 99, 2, day, "by", null, validTo, null, null, null from event where id = ${pick('select id from event')}`,
      ),
  },
  {
    name: 'a row under an id that none can have',
    as: 'buckets',
    act: (db, pick) =>
      db.run(
        sql`insert into company select -id, rev, "name", uscc, industry, region, staffing, ext from company where id = ${pick('select id from company')}`,
      ),
  },
  {
    name: 'two certificates exchanged',
    as: 'buckets',
    act: (db, pick) => {
      const query = 'select id from certificate';
      swap(db, 'certificate', pick(half(query, true)), pick(half(query, false)), 'holder, validTo');
    },
  },
  {
    name: 'a row put back to what it was',
    as: 'buckets',
    act: (db, pick) =>
      db.run(set('exam', pick('select id from exam'), 'rev = rev + 1, theory = theory - 1')),
  },
  {
    name: 'a text that is no JSON',
    as: 'buckets',
    act: (db, pick) =>
      db.run(set('company', pick('select id from company'), "staffing = '[[2026,'")),
  },
  {
    name: 'two persons’ private values exchanged with everything of them',
    as: 'buckets',
    act: (db, pick) =>
      swap(
        db,
        'person',
        pick(half(PERSONS, true)),
        pick(half(PERSONS, false)),
        'sealed, keyedTag, maskedId, maskedPhone, tagWhole, tagLast4',
      ),
  },
  {
    name: 'sealed values exchanged alone',
    as: 'sealed',
    act: (db, pick) =>
      swap(db, 'person', pick(half(PERSONS, true)), pick(half(PERSONS, false)), 'sealed'),
  },
  {
    name: 'a bit of a sealed value turned',
    as: 'sealed',
    act: (db, pick) => {
      const id = pick(PERSONS);
      const blob = Buffer.from(
        db.value(sql`select sealed from person where id = ${id}`) as Uint8Array,
      );
      blob[14] = (blob[14] ?? 0) ^ 1;
      db.run(sql`update person set sealed = ${blob} where id = ${id}`);
    },
  },
  {
    name: 'a sealed value cut',
    as: 'sealed',
    act: (db, pick) => db.run(set('person', pick(PERSONS), 'sealed = substr(sealed, 1, 5)')),
  },
  {
    name: 'a sealed value taken away',
    as: 'sealed',
    act: (db, pick) => db.run(set('person', pick(PERSONS), 'sealed = null')),
  },
  {
    name: 'a mask that shows another number',
    as: 'derived',
    act: (db, pick) => db.run(set('person', pick(PERSONS), "maskedId = '110101********0011'")),
  },
  {
    name: 'tags exchanged',
    as: 'derived',
    act: (db, pick) =>
      swap(
        db,
        'person',
        pick(half(PERSONS, true)),
        pick(half(PERSONS, false)),
        'tagWhole, tagRegion6, tagBirth8, tagLast4, tagLast6',
      ),
  },
  {
    name: 'a tag taken away, so that a search finds nobody',
    as: 'derived',
    act: (db, pick) => db.run(set('person', pick(PERSONS), 'tagWhole = null, tagLast6 = null')),
  },
  {
    name: 'a phone’s tag forged',
    as: 'derived',
    act: (db, pick) => db.run(set('person', pick(PERSONS), 'tagPhone = 5, tagPhoneLast4 = 6')),
  },
  {
    name: 'a certificate found under a number that it has not',
    as: 'derived',
    act: (db, pick) =>
      db.run(set('certificate', pick('select id from certificate'), 'tagNumber = 77')),
  },
  {
    name: 'a person under another’s name in the index',
    as: 'names',
    act: (db, pick) => {
      const id = pick(PERSONS);
      db.run(
        sql`update person set nameId = (select id from name where id <> (select nameId from person where id = ${id}) limit 1) where id = ${id}`,
      );
    },
  },
  {
    name: 'a name changed in the index',
    as: 'names',
    act: (db, pick) =>
      db.run(sql`update name set text = '无此人' where id = ${pick('select id from name')}`),
  },
  {
    name: 'the keys of a name changed',
    as: 'names',
    act: (db, pick) =>
      db.run(sql`update name_key set pinyin = 'x' where id = ${pick('select id from name')}`),
  },
  {
    name: 'the keys of a name taken away',
    as: 'names',
    act: (db, pick) => db.run(sql`delete from name_key where id = ${pick('select id from name')}`),
  },
  {
    name: 'a name that nobody bears',
    as: 'names',
    act: (db) => db.run(sql`insert into name (text) values ('无人')`),
  },
  {
    name: 'an issuer under another name',
    as: 'issuers',
    act: (db) =>
      rename(db, ({ issuers: [first] }) => {
        if (first !== undefined) first.name = '假冒应急管理局';
      }),
  },
  {
    name: 'an issuer added',
    as: 'issuers',
    act: (db) =>
      rename(db, ({ issuers }) => issuers.push({ id: 99_999, name: '假冒机关', region: '3301' })),
  },
  {
    name: 'an issuer taken away',
    as: 'issuers',
    act: (db) => rename(db, ({ issuers }) => issuers.pop()),
  },
  {
    name: 'the names of two training bodies exchanged',
    as: 'issuers',
    act: (db) =>
      rename(db, ({ bodies: [a, b] }) => {
        if (a !== undefined && b !== undefined) [a.name, b.name] = [b.name, a.name];
      }),
  },
  {
    name: 'names that are no list',
    as: 'issuers',
    // Others change what the list says.
    isLast: true,
    act: (db) =>
      db.run(sql`update sync_state set value = '{"issuers":' where name = 'reference-pack'`),
  },
  {
    name: 'all names taken away',
    as: 'issuers',
    isLast: true,
    act: (db) => db.run(sql`delete from sync_state where name = 'reference-pack'`),
  },
  {
    name: 'an index taken away',
    as: 'structure',
    act: (db) => db.exec('drop index person_tagLast4'),
  },
  {
    name: 'an index that leaves rows out',
    as: 'structure',
    act: (db) => {
      db.exec('drop index certificate_holder');
      db.exec('create index certificate_holder on certificate(holder) where id % 2 = 0');
    },
  },
  {
    name: 'an index emptied of a row under its own name',
    as: 'structure',
    isLast: true,
    act: (db) => {
      // Made over some rows only, then called what it is not: the text of the schema is sound.
      const sound = schemaOf(db, 'person_tagWhole')[4] ?? null;
      db.exec('drop index person_tagWhole');
      db.exec('create index person_tagWhole on person(tagWhole) where id % 3 = 0');
      onSchema(db, () =>
        db.run(sql`update sqlite_master set sql = ${sound} where name = 'person_tagWhole'`),
      );
    },
  },
  {
    name: 'an index that finds a row which is not there',
    as: 'structure',
    isLast: true,
    act: (db, pick) => {
      const columns = 'rev, "name", uscc, industry, region, staffing, ext';
      const id = pick('select id from company');
      const other = 9_000_001;
      db.run(
        sql`insert into company select ${other}, ${raw(columns)} from company where id = ${id}`,
      );
      // The row goes while the index is out of sight.
      const kept = schemaOf(db, 'company_uscc');
      onSchema(db, () => db.run(sql`delete from sqlite_master where name = 'company_uscc'`));
      db.run(sql`delete from company where id = ${other}`);
      onSchema(db, () =>
        db.runArray('insert into sqlite_master values (?, ?, ?, ?, ?)', [...kept]),
      );
    },
  },
  {
    name: 'a trigger that undoes every revocation',
    as: 'structure',
    act: (db) =>
      db.exec(
        'create trigger quiet after update of baseStatus on certificate begin update certificate set baseStatus = 1 where id = new.id; end',
      ),
  },
  {
    name: 'counts that hide a loss',
    as: 'structure',
    act: (db) =>
      db.run(
        sql`update sync_state set value = json_set(value, '$.person', 7) where name = 'counts'`,
      ),
  },
];
