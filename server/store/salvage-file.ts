import Database from 'sqlcipher';

/** One row by the names of its columns. */
export type SalvagedRow = Readonly<Record<string, string | number | Uint8Array | null>>;

/** The key does not open the file, or the file is not what it was when it was written. */
export class SalvageUnreadable extends Error {
  constructor(detail: string) {
    super(
      `salvage.db cannot be opened: it was altered or damaged, or belongs to another salvage.json (${detail})`,
    );
    this.name = 'SalvageUnreadable';
  }
}

/** The raw-key form of SQLCipher, x'…' in ASCII. */
function rawKey(key: Uint8Array): Buffer {
  return Buffer.from(`x'${Buffer.from(key).toString('hex')}'`, 'latin1');
}

/**
 * A salvaged journal: SQLCipher 4 under a key of its own. Give a copy: the engine writes beside the file that it
 * reads. Every page has its HMAC, so a changed page is refused by the engine, never read.
 */
export class SalvageFile {
  private constructor(private readonly db: Database.Database) {}

  /** `key` has 32 bytes and stays the caller's. Throws SalvageUnreadable. */
  static open(path: string, key: Uint8Array): SalvageFile {
    const db = new Database(path, { fileMustExist: true });
    const raw = rawKey(key);
    try {
      db.pragma("cipher='sqlcipher'");
      db.pragma('legacy=4');
      db.key(raw);
      db.pragma('temp_store=MEMORY');
      db.pragma('trusted_schema=OFF');
      db.pragma('query_only=ON');
      db.prepare('select count(*) from sqlite_master').get();
      return new SalvageFile(db);
    } catch (error) {
      db.close();
      throw new SalvageUnreadable(error instanceof Error ? error.message : 'unknown');
    } finally {
      raw.fill(0);
    }
  }

  /** Tables of the file, in the order of their names. */
  tables(): readonly string[] {
    const text = "select name from sqlite_master where type = 'table' order by name";
    return (this.db.prepare(text).all() as { readonly name: string }[]).map(({ name }) => name);
  }

  /** Rows in the order of their keys. Throws SalvageUnreadable where the file cannot be read on. */
  *rows(table: string): Generator<SalvagedRow> {
    const name = `"${table.replaceAll('"', '""')}"`;
    try {
      const statement = this.db.prepare<[], SalvagedRow>(`select * from ${name} order by 1`);
      yield* statement.iterate();
    } catch (error) {
      throw new SalvageUnreadable(error instanceof Error ? error.message : 'unknown');
    }
  }

  close(): void {
    this.db.close();
  }
}
