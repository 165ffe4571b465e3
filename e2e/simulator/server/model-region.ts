import { createHash, createHmac } from 'node:crypto';
import { makeSet } from '../../../electron/store/test/rows';
import { leavesOf, sha256 } from '../../../server/ingest/leaves';
import type { RegionKeySet } from '../../../server/keys/region-keys';
import type { RegionState } from '../../../server/sync/state';
import {
  ENTITIES,
  ENTITY_ORDER,
  type Entity,
  EXIT_REASONS,
  SCHEMA_VERSION,
} from '../../../shared/domain/model';
import { canonicalPrivate } from '../../../shared/domain/sync/canonical-row';
import { bucketStream, regionRoot } from '../../../shared/domain/sync/digest';
import { SparseTree } from '../../../shared/domain/sync/sparse-tree';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { Chance } from '../world/chance';

type Values = Readonly<Record<string, unknown>>;

/** One row as the server has it, with its history since the epoch began. */
export interface ModelRow {
  readonly id: number;
  rev: number;
  values: Values;
  secret: Values | null;
  rseq: number;
  readonly born: number;
  /** Updates since the epoch began; `fields` null: a change that goes as a whole row. */
  readonly updates: {
    readonly rseq: number;
    readonly rev: number;
    readonly fields: readonly string[] | null;
  }[];
}

export interface Departure {
  readonly entity: Entity;
  readonly id: number;
  readonly rseq: number;
  readonly reason: number;
  readonly movedTo: number;
  readonly day: number;
}

/** What a slice has to hold at one change number, in the oracle's own words. */
export interface Truth {
  readonly early: string;
  readonly late: string;
}

const TODAY = 20_780;
const hashText = (text: string): string => createHash('sha1').update(text).digest('hex');

/** Rows of some entities as one text: what both sides are compared by. */
export function truthOf(lines: ReadonlyMap<Entity, readonly string[]>): Truth {
  const part = (isLate: boolean) =>
    hashText(
      ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate === isLate)
        .map((entity) => `${entity}\n${[...(lines.get(entity) ?? [])].sort().join('\n')}`)
        .join('\n'),
    );
  return { early: part(false), late: part(true) };
}

export const lineOf = (id: number, rev: number, values: object, tag: string): string =>
  `${id} ${rev} ${canonicalJson(values)} ${tag}`;

/** The rows of a region and every state that they were in: the server's data without a database. */
export class ModelRegion {
  readonly rows = new Map<Entity, Map<number, ModelRow>>();
  readonly departures = new Map<string, Departure>();
  epoch = 'E1';
  head = 1;
  private nth = 0;
  private readonly truths = new Map<string, Truth>();
  private readonly leafOf: ReturnType<typeof leavesOf>;
  private readonly leaves = new WeakMap<
    ModelRow,
    { readonly rev: number; readonly leaf: Uint8Array; readonly line: string }
  >();
  private known: RegionState | null = null;

  constructor(
    readonly code: string,
    readonly keys: RegionKeySet,
    private readonly chance: Chance,
    certificates: number,
  ) {
    this.leafOf = leavesOf(keys.digestTag);
    const set = makeSet(certificates, chance.between(1, 1_000_000));
    for (const entity of ENTITY_ORDER)
      this.rows.set(
        entity,
        new Map(
          set[entity].map((row) => [
            row.id,
            {
              id: row.id,
              rev: row.rev,
              values: row.public,
              secret: row.private,
              rseq: 1,
              born: 1,
              updates: [],
            },
          ]),
        ),
      );
    this.remember();
  }

  of(entity: Entity): Map<number, ModelRow> {
    return this.rows.get(entity) as Map<number, ModelRow>;
  }

  /** What a slice at this place holds; undefined where the server never was. */
  truthAt(epoch: string, rseq: number): Truth | undefined {
    return this.truths.get(`${epoch}:${rseq}`);
  }

  /** Everyday changes, each with a number of its own. */
  live(changes: number): void {
    for (let i = 0; i < changes; i++) {
      this.head++;
      this.known = null;
      const kind = this.chance.next();
      if (kind < 0.45) this.update();
      else if (kind < 0.6) this.replace();
      else if (kind < 0.85) this.add();
      else this.leave();
      this.remember();
    }
  }

  /** Another history begins: cursors of the one before mean nothing any more. */
  beginEpoch(): void {
    this.epoch = `E${Number(this.epoch.slice(1)) + 1}`;
    this.head = this.chance.between(1, this.head + 3);
    this.known = null;
    this.departures.clear();
    for (const entity of ENTITY_ORDER)
      this.rows.set(
        entity,
        new Map(
          [...this.of(entity)].map(([id, row]) => [
            id,
            { ...row, rseq: this.head, born: this.head, updates: [] },
          ]),
        ),
      );
    this.remember();
  }

  state(): RegionState {
    if (this.known !== null) return this.known;
    const roots = Object.fromEntries(
      ENTITY_ORDER.map((entity) => [entity, Buffer.from(this.tree(entity).root()).toString('hex')]),
    ) as Record<Entity, string>;
    const counts = Object.fromEntries(
      ENTITY_ORDER.map((entity) => [entity, this.of(entity).size]),
    ) as Record<Entity, number>;
    const root = Buffer.from(regionRoot(sha256, SCHEMA_VERSION, roots)).toString('hex');
    this.known = { rseq: this.head, epoch: this.epoch, roots, root, counts };
    return this.known;
  }

  /** The digest's tree over an entity's rows. */
  tree(entity: Entity): SparseTree {
    const stream = bucketStream(sha256);
    for (const row of this.sorted(entity)) stream.push(row.id, this.leafOfRow(entity, row));
    return new SparseTree(sha256, stream.end());
  }

  leafOfRow(entity: Entity, row: ModelRow): Uint8Array {
    return this.leaf(entity, row).leaf;
  }

  sorted(entity: Entity): ModelRow[] {
    return [...this.of(entity).values()].sort((a, b) => a.id - b.id);
  }

  private leaf(entity: Entity, row: ModelRow) {
    const kept = this.leaves.get(row);
    if (kept !== undefined && kept.rev === row.rev) return kept;
    const leaf = this.leafOf(entity, row.id, row.rev, row.values, row.secret ?? {});
    const text = row.secret === null ? undefined : canonicalPrivate(entity, row.secret);
    const tag =
      text === undefined
        ? ''
        : createHmac('sha256', this.keys.digestTag).update(text).digest('hex').slice(0, 32);
    const made = { rev: row.rev, leaf, line: lineOf(row.id, row.rev, row.values, tag) };
    this.leaves.set(row, made);
    return made;
  }

  private remember(): void {
    const lines = new Map(
      ENTITY_ORDER.map((entity) => [
        entity,
        [...this.of(entity).values()].map((row) => this.leaf(entity, row).line),
      ]),
    );
    this.truths.set(`${this.epoch}:${this.head}`, truthOf(lines));
  }

  private pick(entity: Entity): ModelRow | undefined {
    const all = this.sorted(entity);
    return all.length === 0 ? undefined : this.chance.pick(all);
  }

  private change(
    entity: Entity,
    row: ModelRow,
    fields: readonly string[] | null,
    values: Values,
  ): void {
    row.rev++;
    row.rseq = this.head;
    row.values = { ...row.values, ...values };
    row.updates.push({ rseq: this.head, rev: row.rev, fields });
    void entity;
  }

  private update(): void {
    const which = this.chance.between(0, 5);
    if (which > 3) {
      this.updateLate();
      return;
    }
    if (which === 0) {
      const row = this.pick('person');
      if (row !== undefined)
        this.change('person', row, ['name'], {
          name: `${String(row.values.name).slice(0, 1)}${this.chance.pick(['明', '丽华', '建国', '艾力'])}`,
        });
      return;
    }
    const row = this.pick('certificate');
    if (row === undefined) return;
    if (which === 1)
      this.change('certificate', row, ['validTo'], { validTo: Number(row.values.validTo) + 30 });
    // A revoked certificate stays, with its status.
    else
      this.change('certificate', row, ['baseStatus', 'statusReason', 'statusDay'], {
        baseStatus: this.chance.between(2, 5),
        statusReason: '处罚决定',
        statusDay: TODAY,
      });
  }

  /** Rows that a first load leaves for later change too, by their fields or whole. */
  private updateLate(): void {
    const [entity, field] = this.chance.pick([
      ['event', 'day'],
      ['training', 'hours'],
      ['exam', 'theory'],
    ] as const);
    const row = this.pick(entity);
    if (row === undefined) return;
    const fields = this.chance.isHit(0.5) ? [field] : null;
    this.change(entity, row, fields, { [field]: Number(row.values[field] ?? 0) + 1 });
  }

  /** A private value changed: the row goes whole. */
  private replace(): void {
    const row = this.pick('person');
    if (row === undefined || row.secret === null) return;
    row.secret = { ...row.secret, phone: `139${this.chance.between(10_000_000, 99_999_999)}` };
    this.change('person', row, null, {});
  }

  private add(): void {
    const fresh = makeSet(1, this.chance.between(1, 1_000_000));
    const entity = this.chance.pick([
      'company',
      'person',
      'certificate',
      'event',
      'training',
    ] as const);
    const source = fresh[entity][0];
    if (source === undefined) return;
    const id = source.id + 100_000 * ++this.nth;
    const had = this.departures.get(`${entity} ${id}`);
    if (had !== undefined) this.departures.delete(`${entity} ${id}`);
    this.of(entity).set(id, {
      id,
      rev: 1,
      values: source.public,
      secret: source.private,
      rseq: this.head,
      born: this.head,
      updates: [],
    });
  }

  private leave(): void {
    const entity = this.chance.pick(['person', 'certificate', 'event', 'exam', 'company'] as const);
    const row = this.pick(entity);
    if (row === undefined) return;
    this.of(entity).delete(row.id);
    const reason = this.chance.pick(Object.values(EXIT_REASONS));
    const movedTo = reason === EXIT_REASONS.moved ? 320_100 : 0;
    this.departures.set(`${entity} ${row.id}`, {
      entity,
      id: row.id,
      rseq: this.head,
      reason,
      movedTo,
      day: TODAY,
    });
  }
}
