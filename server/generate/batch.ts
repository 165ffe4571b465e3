import type { Entity } from '../../shared/domain/model';
import type { NewRow } from '../ingest/append';

/** Content of an attachment. */
export interface GeneratedFile {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Rows and files until they are handed over. */
export class Batch {
  readonly rows: Record<Entity, NewRow[]> = {
    company: [],
    person: [],
    certificate: [],
    event: [],
    training: [],
    exam: [],
    attachment: [],
  };
  readonly files: GeneratedFile[] = [];
  count = 0;

  add(
    entity: Entity,
    id: number,
    values: Record<string, unknown>,
    secret?: Readonly<Record<string, unknown>>,
  ): void {
    this.rows[entity].push(secret === undefined ? { id, values } : { id, values, secret });
    this.count++;
  }
}
