import Database from 'sqlcipher';
import { WritableDb } from '../../../electron/store/database';
import { startRatchet } from '../../../electron/store/journal/audit';
import { type FileKind, migrate } from '../../../electron/store/migrations/run';
import type { LoadIdentity } from '../../../electron/store/slice/fill';

/** New files as their migrations make them: made once, copied for every machine. */
const templates = new Map<FileKind, Buffer>();

/** What the engine can do and its types do not say: a file as bytes, and back. */
type InMemory = Database.Database & { serialize(): Buffer };

/** An empty file of a kind, in memory, by the engine that keeps the real ones. */
export function newFile(kind: FileKind): WritableDb {
  let template = templates.get(kind);
  if (template === undefined) {
    const connection = new Database(':memory:') as InMemory;
    migrate(new WritableDb(connection, `${kind}.db`), kind, true);
    template = connection.serialize();
    connection.close();
    templates.set(kind, template);
  }
  return new WritableDb(new Database(template as unknown as string), `${kind}.db`);
}

/** What of a machine's store outlives its program. */
export class SimDisk {
  readonly journal = newFile('journal');
  slice: WritableDb | null = null;
  /** A first load that is under way. */
  loading: { readonly db: WritableDb; readonly identity: LoadIdentity } | null = null;

  constructor() {
    startRatchet(this.journal, new Uint8Array(32).fill(7));
  }

  close(): void {
    this.journal.close();
    this.slice?.close();
    this.loading?.db.close();
  }
}
