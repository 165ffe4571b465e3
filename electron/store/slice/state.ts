import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { type Checkpoint, CheckpointSchema } from '../../../shared/protocol/manifest';
import type { ReadableDb, WritableDb } from '../database';
import type { SliceState, SyncCursor, VerifyResult } from '../protocol';
import { sql } from '../sql/tag';
import { textOf } from '../sql/values';
import { type NamesHash, REFERENCE } from './reference-names';

/** Names of the facts that the slice keeps about itself. */
export const FACTS = {
  cursor: 'cursor',
  checkpoint: 'checkpoint',
  /** The envelope in which the server signed the checkpoint, as it came. */
  signed: 'checkpoint-signed',
  reference: REFERENCE,
  lastVerify: 'last-verify',
  /** Rows per entity, kept along with the rows: counting a million takes too long for an unlock. */
  counts: 'counts',
  /** Present once every late segment is in. */
  late: 'late-complete',
  /** Present once names have keys and all indexes are made. */
  full: 'search-complete',
  /** What the file is, or was, a first load of: kept until another load replaces the file. */
  load: 'load',
  /** How often rows that were not the server's were mended: what was made of the rows before is of no use. */
  mendings: 'mendings',
} as const;
export type FactName = (typeof FACTS)[keyof typeof FACTS];

export function readFact(db: ReadableDb, name: FactName): unknown {
  const value = db.value(sql`select value from sync_state where name = ${name}`);
  if (value === undefined) return undefined;
  try {
    return JSON.parse(textOf(value));
  } catch {
    // None of ours: as good as none.
    return undefined;
  }
}

export function writeFact(db: WritableDb, name: FactName, value: unknown): void {
  db.run(sql`insert or replace into sync_state values (${name}, ${JSON.stringify(value)})`);
}

export function readCursor(db: ReadableDb): SyncCursor | null {
  return (readFact(db, FACTS.cursor) as SyncCursor | undefined) ?? null;
}

export function readCheckpoint(db: ReadableDb): Checkpoint | null {
  const value = readFact(db, FACTS.checkpoint);
  const parsed = CheckpointSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

export function isLateComplete(db: ReadableDb): boolean {
  return readFact(db, FACTS.late) === true;
}

/** Entities whose roots must equal the checkpoint's now. */
export function provableEntities(db: ReadableDb): readonly Entity[] {
  const hasLate = isLateComplete(db);
  return ENTITY_ORDER.filter((entity) => hasLate || !ENTITIES[entity].isLate);
}

/** How often rows were mended. */
export function readMendings(db: ReadableDb): number {
  return Number(readFact(db, FACTS.mendings) ?? 0);
}

export type EntityCounts = Readonly<Partial<Record<Entity, number>>>;

export function readCounts(db: ReadableDb): EntityCounts {
  return (readFact(db, FACTS.counts) as EntityCounts | undefined) ?? {};
}

/** Sets or changes what is known of the rows per entity. */
export function writeCounts(
  db: WritableDb,
  change: (entity: Entity, before: number) => number,
): void {
  const before = readCounts(db);
  writeFact(
    db,
    FACTS.counts,
    Object.fromEntries(ENTITY_ORDER.map((entity) => [entity, change(entity, before[entity] ?? 0)])),
  );
}

export function readState(db: ReadableDb, names: NamesHash): SliceState {
  const signed = readFact(db, FACTS.signed);
  const load = readFact(db, FACTS.load) as { readonly manifestHash: string } | undefined;
  return {
    hasSlice: true,
    namesHash: names.of(db),
    cursor: readCursor(db),
    checkpoint: readCheckpoint(db),
    counts: readCounts(db),
    lastVerify:
      (readFact(db, FACTS.lastVerify) as (VerifyResult & { readonly atMs: number }) | undefined) ??
      null,
    isWhole: isLateComplete(db),
    ...(signed === undefined ? {} : { signed }),
    ...(load === undefined ? {} : { loadedBy: load.manifestHash }),
  };
}
