import Database from 'sqlcipher';
import { type FileKind, scriptsOf } from '../migrations/run';

/** A table as this build makes it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly isNullable: boolean;
  }[];
  /** Position of the column that is the rowid, or -1. */
  readonly rowidAt: number;
  /** Rows lie in an index tree by their key. */
  readonly hasRowid: boolean;
}

/** The tables of a kind of file: what rows are recognised by where a file's own schema is lost. */
export function tableShapes(kind: FileKind): readonly TableShape[] {
  const db = new Database(':memory:');
  try {
    for (const script of scriptsOf(kind)) db.exec(script);
    const tables = db
      .prepare<[], { name: string; wr: number }>(
        "select name, wr from pragma_table_list where type = 'table' and schema = 'main' and name not like 'sqlite_%' order by name",
      )
      .all();
    return tables.map(({ name, wr }) => {
      const columns = db
        .prepare<[string], { name: string; type: string; notnull: number; pk: number }>(
          'select name, type, "notnull", pk from pragma_table_info(?)',
        )
        .all(name);
      return {
        name,
        columns: columns.map((one) => ({
          name: one.name,
          type: one.type,
          isNullable: one.notnull === 0 && one.pk === 0,
        })),
        rowidAt: columns.findIndex((one) => one.pk === 1 && one.type.toLowerCase() === 'integer'),
        hasRowid: wr === 0,
      };
    });
  } finally {
    db.close();
  }
}
