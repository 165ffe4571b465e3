import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import type { SqlClient } from '../store/sql-client';
import type { ObjectStore } from './object-store';

/** What manifests and tiers are made from. */
export interface ManifestParts {
  readonly client: SqlClient;
  readonly objects: ObjectStore;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
  /** Most rows of one object of a tier. */
  readonly tierRows: number;
}
