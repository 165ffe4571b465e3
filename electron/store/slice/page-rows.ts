import { ENTITIES, type Entity, EXIT_REASONS } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { absoluteIds } from '../../../shared/protocol/columns';
import type { EntityChanges, PatchGroup } from '../../../shared/protocol/delta';
import { standForPress } from '../../platform/press-pass';
import type { WritableDb } from '../database';
import type { SealedColumns } from '../protocol';
import { publicColumn } from '../sql/tables';
import { raw, sql } from '../sql/tag';
import { intOf, type SqlValue } from '../sql/values';
import { damaged, rowBlock } from './decode-block';
import type { SliceDigest } from './digest';
import { dropExtra, patchExtra, unknownNames } from './extra';
import type { LiveNames } from './names';
import { storedValue, writeRows } from './row-writer';
import { isLateComplete, writeCounts } from './state';

/** What a page changed, for those who keep copies in memory. */
export interface Touched {
  readonly certificates: readonly number[];
  readonly companies: readonly number[];
  /** Numbers of names that came or went. */
  readonly names: readonly number[];
}

/** One page's rows, written on an open transaction. */
export class PageRows {
  readonly certificates = new Set<number>();
  readonly companies = new Set<number>();
  rows = 0;
  private readonly added = new Map<Entity, number>();
  private readonly changed = new Map<Entity, Set<number>>();
  private readonly db: WritableDb;
  private readonly names: LiveNames;
  /** Names that persons stopped bearing: purged when nobody is left. */
  private readonly leftNames = new Set<number>();
  /** Late segments are still to come: a row of theirs may not be here, or be of before. */
  private readonly isLateOpen: boolean;

  constructor(db: WritableDb, names: LiveNames) {
    this.db = db;
    this.names = names;
    this.isLateOpen = !isLateComplete(db);
    // What a page that was rolled back had named.
    names.takeMade();
  }

  private touch(entity: Entity, id: number): void {
    let ids = this.changed.get(entity);
    if (ids === undefined) {
      ids = new Set();
      this.changed.set(entity, ids);
    }
    ids.add(id);
    this.rows++;
    if (entity === 'certificate') this.certificates.add(id);
    if (entity === 'company') this.companies.add(id);
  }

  private add(entity: Entity, rows: number): void {
    this.added.set(entity, (this.added.get(entity) ?? 0) + rows);
  }

  /** Remembers what a row's going or changing means for names and certificates. */
  private beforeChange(entity: Entity, id: number): void {
    if (entity === 'person') {
      const nameId = this.db.value(sql`select nameId from person where id = ${id}`);
      if (nameId !== undefined) this.leftNames.add(intOf(nameId));
      for (const row of this.db.all(sql`select id from certificate where holder = ${id}`))
        this.certificates.add(intOf(row[0]));
    }
    if (entity === 'event') this.touchEventOwner(id);
  }

  private touchEventOwner(id: number): void {
    const owner = this.db.value(sql`select certificate from event where id = ${id}`);
    if (owner !== undefined) this.certificates.add(intOf(owner));
  }

  exit(entity: Entity, exit: NonNullable<EntityChanges['exit']>): void {
    const ids = absoluteIds(exit.ids);
    if ([exit.reasons, exit.movedTo, exit.days].some((column) => column.length !== ids.length))
      throw damaged('', 'exit lengths');
    const code = ENTITIES[entity].code;
    ids.forEach((id, i) => {
      this.remove(entity, id);
      const movedTo = exit.reasons[i] === EXIT_REASONS.moved ? (exit.movedTo[i] ?? 0) : 0;
      this.db.run(
        sql`insert or replace into tombstone values (${code}, ${id}, ${exit.reasons[i] ?? 0}, ${movedTo}, ${exit.days[i] ?? 0})`,
      );
    });
  }

  /** Takes a row away with nothing to say where it went: one that the server does not have. */
  remove(entity: Entity, id: number): void {
    this.beforeChange(entity, id);
    this.add(entity, -this.db.run(sql`delete from ${raw(`"${entity}"`)} where id = ${id}`));
    dropExtra(this.db, entity, id);
    this.touch(entity, id);
  }

  put(entity: Entity, content: unknown, sealed: SealedColumns | null): void {
    const block = rowBlock(entity, content, sealed, '');
    if (entity === 'person' && sealed === null && block.ids.length > 0)
      throw damaged('', 'persons without sealed columns');
    for (const id of block.ids) {
      standForPress();
      this.beforeChange(entity, id);
      this.add(
        entity,
        this.db.value(sql`select 1 from ${raw(`"${entity}"`)} where id = ${id}`) === 1 ? 0 : 1,
      );
    }
    writeRows(this.db, block, this.names, 'replace');
    const code = ENTITIES[entity].code;
    for (const id of block.ids) {
      this.db.run(sql`delete from tombstone where entity = ${code} and id = ${id}`);
      this.touch(entity, id);
      if (entity === 'event') this.touchEventOwner(id);
      if (entity === 'person')
        for (const row of this.db.all(sql`select id from certificate where holder = ${id}`))
          this.certificates.add(intOf(row[0]));
    }
  }

  /**
   * A tier's patch fits any revision that it covers; any other page's just the one that it stands on. While late
   * segments are to come, a late row that a patch does not fit is passed over: the segment that brings it brings it as
   * it was, and the comparison at their end finds it.
   */
  patch(entity: Entity, group: PatchGroup, isOfTier: boolean): void {
    const ids = absoluteIds(group.ids);
    const strange = unknownNames(entity, group.fields);
    const fields = group.fields.filter((field) => !strange.includes(field));
    const columns = fields.map((field) => publicColumn(entity, field));
    if (group.base.length !== ids.length || group.revs.length !== ids.length)
      throw damaged('', 'patch lengths');
    for (const field of group.fields) {
      if (group.columns[field]?.length !== ids.length) throw damaged('', `patch column ${field}`);
    }
    const isRenaming = entity === 'person' && fields.includes('name');
    const set = [
      'rev = ?',
      ...fields.map((field) => `"${field}" = ?`),
      ...(isRenaming ? ['nameId = ?'] : []),
    ].join(', ');
    const text = `update "${entity}" set ${set} where id = ? and rev between ? and ?`;
    ids.forEach((id, i) => {
      standForPress();
      if (isRenaming || entity === 'event') this.beforeChange(entity, id);
      const values: SqlValue[] = [group.revs[i] ?? 0];
      columns.forEach((column, c) => {
        if (column === undefined) return;
        const value = group.columns[fields[c] ?? '']?.[i];
        if ((value === null || value === undefined) && !column.isOptional)
          throw damaged('', `patch value of ${column.name}`);
        values.push(storedValue(column, value));
      });
      if (isRenaming) values.push(this.names.idOf(String(group.columns.name?.[i] ?? '')));
      const base = group.base[i] ?? 0;
      values.push(id, base, isOfTier ? (group.revs[i] ?? 0) : base);
      // Another local revision is never merged: the slice has drifted and must be repaired.
      if (this.db.runArray(text, values) !== 1) {
        if (this.isLateOpen && ENTITIES[entity].isLate) return;
        throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 }, `${entity} patch base`);
      }
      if (strange.length > 0) {
        const values = strange.map((name) => [name, group.columns[name]?.[i]] as const);
        patchExtra(this.db, entity, id, Object.fromEntries(values));
      }
      this.touch(entity, id);
    });
  }

  /** Purges names nobody bears, and brings the digest up to date; answers what copies must follow. */
  finish(digest: SliceDigest): Touched {
    writeCounts(this.db, (entity, before) => before + (this.added.get(entity) ?? 0));
    const names = new Set(this.names.takeMade());
    for (const id of this.leftNames) if (this.names.purgeIfUnused(id)) names.add(id);
    for (const [entity, ids] of this.changed) digest.refresh(entity, ids);
    return {
      certificates: [...this.certificates],
      companies: [...this.companies],
      names: [...names],
    };
  }
}
