import Database from 'sqlcipher';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { bindingOption } from '../binding';
import { type ReadableDb, WritableDb } from '../database';
import type { StructureFaults } from '../deep-calls';
import { scriptsOf } from '../migrations/run';
import { EXACT_INDEXES, FULL_INDEXES, LATE_INDEXES } from '../slice/indexes';
import { isLateComplete, readCounts } from '../slice/state';
import { raw, sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';

/** Statements of the indexes that a complete slice has. */
function indexStatements(db: ReadableDb): readonly string[] {
  return [...EXACT_INDEXES, ...FULL_INDEXES, ...(isLateComplete(db) ? LATE_INDEXES : [])];
}

type Objects = ReadonlyMap<string, { readonly type: string; readonly text: string }>;

/** Everything in a schema that acts on queries or rows without being a table. */
function objectsOf(db: ReadableDb): Objects {
  const rows = db.all(
    sql`select name, type, sql from sqlite_master where type <> 'table' and sql is not null`,
  );
  return new Map(
    rows.map((row) => [textOf(row[0]), { type: textOf(row[1]), text: textOf(row[2]) }]),
  );
}

/** What a file that this program made has, and the statement of each index. */
function expectedObjects(statements: readonly string[]): {
  readonly objects: Objects;
  readonly statementOf: ReadonlyMap<string, string>;
} {
  const model = new WritableDb(new Database(':memory:', bindingOption()), ':memory:');
  try {
    for (const script of scriptsOf('slice')) model.exec(script);
    const statementOf = new Map<string, string>();
    for (const statement of statements) {
      const before = objectsOf(model);
      model.exec(statement);
      for (const name of objectsOf(model).keys()) {
        if (!before.has(name)) statementOf.set(name, statement);
      }
    }
    return { objects: objectsOf(model), statementOf };
  } finally {
    model.close();
  }
}

/**
 * Compares indexes with the rows of their tables, triggers and views with the ones we make, and the kept
 * counts with the tables. Gives way to other calls between tables.
 */
export async function checkStructure(
  db: ReadableDb,
): Promise<Omit<StructureFaults, 'falseColumns'>> {
  const { objects, statementOf } = expectedObjects(indexStatements(db));
  const found = objectsOf(db);
  const foreign = [...found]
    .filter(([name, { text }]) => objects.get(name)?.text !== text)
    .map(([name, { type }]) => ({ type, name }));
  const gone = new Set(foreign.map(({ name }) => name));
  const missing = [...statementOf]
    .filter(([name]) => !found.has(name) || gone.has(name))
    .map(([, statement]) => statement);
  const unsound: string[] = [];
  for (const table of db.tables()) {
    if (!db.isTableIntact(table)) unsound.push(table);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const counts = readCounts(db);
  const hasWrongCounts = ENTITY_ORDER.some((entity) => {
    if (ENTITIES[entity].isLate && !isLateComplete(db)) return false;
    const rows = db.value(sql`select count(*) from ${raw(`"${entity}"`)}`);
    return intOf(rows) !== (counts[entity] ?? 0);
  });
  return { foreign, missing, unsound, hasWrongCounts };
}
