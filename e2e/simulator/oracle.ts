import { OWN_COLUMNS, quoted } from '../../electron/store/sql/tables';
import { ENTITIES, ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { outboxContext } from '../../shared/protocol/endpoints';
import type { SimClient } from './client/sim-client';
import type { Signing } from './server/authority';
import { lineOf, type Truth, truthOf } from './server/model-region';
import type { ModelServer } from './server/model-server';

/** What was promised and not kept. */
export class Broken extends Error {}

/** The rows of a client's slice in the oracle's own words: every column, nothing of the program's digests. */
export function sliceTruth(client: SimClient): Truth {
  const db = client.store.sliceFile;
  const lines = new Map<Entity, string[]>();
  if (db === null) return truthOf(lines);
  for (const entity of ENTITY_ORDER) {
    const shape = ENTITIES[entity].columns;
    const hasTag = Object.hasOwn(OWN_COLUMNS, entity);
    const columns = quoted([
      'id',
      'rev',
      ...shape.map(({ name }) => name),
      ...(hasTag ? ['keyedTag'] : []),
    ]);
    const rows = db.all({ text: `select ${columns} from "${entity}"`, values: [] });
    lines.set(
      entity,
      rows.map((row) => {
        const values: Record<string, unknown> = {};
        shape.forEach(({ name, type }, i) => {
          const value = row[2 + i];
          if (value === null) return;
          values[name] = type === 'json' ? JSON.parse(String(value)) : value;
        });
        const tag = hasTag ? row[2 + shape.length] : null;
        const text = tag instanceof Uint8Array ? Buffer.from(tag).toString('hex') : '';
        return lineOf(Number(row[0]), Number(row[1]), values, text);
      }),
    );
  }
  return truthOf(lines);
}

interface Seen {
  version: number;
  truth: Truth;
  epoch: string;
  provenRseq: number;
  /** Where the slice stands, proven or not. */
  place: { readonly epoch: string; readonly rseq: number };
  /** Revisions of its late rows by entity and id. */
  late: ReadonlyMap<string, number>;
}

/** Revisions of the rows that a first load leaves for later. */
function lateRevisions(client: SimClient): ReadonlyMap<string, number> {
  const db = client.store.sliceFile;
  const found = new Map<string, number>();
  if (db === null) return found;
  for (const entity of ENTITY_ORDER.filter((one) => ENTITIES[one].isLate))
    for (const [id, rev] of db.all({ text: `select id, rev from "${entity}"`, values: [] }))
      found.set(`${entity} ${String(id)}`, Number(rev));
  return found;
}

/** Watches every step: a device that calls its slice proven must be right, and must not grow older. */
export class Watch {
  private readonly seen = new Map<SimClient, Seen>();

  constructor(private readonly server: ModelServer) {}

  /** Throws Broken. */
  look(client: SimClient): void {
    if (client.defects.length > 0) throw new Broken(`${client.device}: ${client.defects[0]}`);
    const { version } = client.store;
    const before = this.seen.get(client);
    if (before !== undefined && before.version === version && before.truth !== undefined) return;
    const state = client.store.stateNow();
    const seen: Seen = before ?? {
      version,
      truth: { early: '', late: '' },
      epoch: '',
      provenRseq: 0,
      place: { epoch: '', rseq: 0 },
      late: new Map(),
    };
    seen.version = version;
    this.seen.set(client, seen);
    const place = { epoch: state.cursor?.epoch ?? '', rseq: state.cursor?.rseq ?? 0 };
    if (place.epoch === seen.place.epoch && place.rseq < seen.place.rseq)
      throw new Broken(`${client.device} goes back from ${seen.place.rseq} to ${place.rseq}`);
    // Proven or not: whoever looks at a row sees it as new as it was.
    const late = lateRevisions(client);
    for (const [row, rev] of place.epoch === seen.place.epoch ? late : [])
      if (rev < (seen.late.get(row) ?? 0))
        throw new Broken(`${client.device}: ${row} goes back to revision ${rev}`);
    seen.late = late;
    seen.place = place;
    const { proof } = client;
    if (proof.state !== 'proven') return;
    const { cursor, checkpoint } = state;
    if (cursor === null || checkpoint === null)
      throw new Broken(`${client.device}: proven without a place`);
    const truth = this.server.region.truthAt(checkpoint.epoch, checkpoint.rseq);
    if (truth === undefined)
      throw new Broken(
        `${client.device}: proven at ${checkpoint.rseq}, where the server never was`,
      );
    seen.truth = sliceTruth(client);
    const where = `${client.device} calls ${checkpoint.epoch}:${checkpoint.rseq} proven`;
    if (seen.truth.early !== truth.early) throw new Broken(`${where}, and differs`);
    if (seen.truth.late !== truth.late) throw new Broken(`${where}, and its late rows differ`);
    if (seen.epoch === checkpoint.epoch && checkpoint.rseq < seen.provenRseq)
      throw new Broken(`${where}, but it was at ${seen.provenRseq} before`);
    // Histories are numbered in their order, which devices do not know.
    if (Number(seen.epoch.slice(1)) > Number(checkpoint.epoch.slice(1)))
      throw new Broken(`${where}, but it was in ${seen.epoch} before`);
    seen.epoch = checkpoint.epoch;
    seen.provenRseq = checkpoint.rseq;
  }

  /** The program began anew: its counter too. */
  forget(client: SimClient): void {
    const seen = this.seen.get(client);
    if (seen !== undefined) seen.version = -1;
  }
}

/** A quick look before the reckoning: at the server's head, proven, nothing under way or waiting. */
export function seemsHealed(client: SimClient, server: ModelServer): boolean {
  const { cursor } = client.store.stateNow();
  const { epoch, head } = server.region;
  if (cursor?.epoch !== epoch || cursor.rseq !== head || client.proof.state !== 'proven')
    return false;
  const text = "select count(*), count(*) filter (where verdict = 'applied') from outbox";
  const [rows, applied] = client.disk.journal.get({ text, values: [] }) ?? [];
  return rows === applied && rows === server.outbox.of(client.device).length;
}

/** After everything has healed: equal, proven, and every command there once with its verdict. */
export async function demandHealed(
  client: SimClient,
  server: ModelServer,
  signing: Signing,
): Promise<void> {
  const { device } = client;
  if (client.defects.length > 0) throw new Broken(`${device}: ${client.defects[0]}`);
  const state = client.store.stateNow();
  const place = `${state.cursor?.epoch}:${state.cursor?.rseq}`;
  const wanted = `${server.region.epoch}:${server.region.head}`;
  if (place !== wanted) throw new Broken(`${device} stands at ${place} instead of ${wanted}`);
  if (client.proof.state !== 'proven') throw new Broken(`${device} is ${client.proof.state}`);
  const truth = sliceTruth(client);
  const expected = server.region.truthAt(server.region.epoch, server.region.head);
  if (truth.early !== expected?.early || truth.late !== expected.late)
    throw new Broken(`${device} differs from the server`);
  const kept = server.outbox.of(device);
  const leases: string[] = [];
  for (const [i, { command }] of kept.entries()) {
    if (command.dseq !== i + 1) throw new Broken(`${device}: gap before ${command.dseq}`);
    const box = Buffer.from(command.payload, 'base64');
    const opened = await signing.keys.openBox(box, outboxContext(device, command.dseq));
    if (opened === undefined) throw new Broken(`${device}: command ${command.dseq} does not open`);
    leases.push((JSON.parse(Buffer.from(opened).toString('utf8')) as { lease: string }).lease);
  }
  for (const lease of client.told)
    if (leases.filter((one) => one === lease).length !== 1)
      throw new Broken(
        `${device}: command ${lease} is there ${leases.filter((one) => one === lease).length} times`,
      );
  const pending = client.disk.journal.all({
    text: 'select dseq, verdict from outbox where verdict is null or verdict != ?',
    values: ['applied'],
  });
  if (pending.length > 0)
    throw new Broken(`${device}: ${pending.length} commands without their verdict`);
  const rows = client.disk.journal.all({
    text: 'select dseq from outbox order by dseq',
    values: [],
  });
  if (rows.length !== kept.length || rows.some((row, i) => row[0] !== i + 1))
    throw new Broken(`${device}: its outbox is not the server's`);
}
