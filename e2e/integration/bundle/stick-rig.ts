import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { MadeBundle } from '../../../server/bundle/make-bundle';
import type { ServerParts } from '../../../server/http/parts';
import { AppError } from '../../../shared/errors/app-error';
import type { BundlePreview } from '../../../shared/ipc/routes/bundle';
import { startTestCentral as startCentral } from '../../rigs/central';
import { type CuttingProxy, startCuttingProxy } from '../cutting-proxy';
import { type DeskRig, enrolDesk, type RigOptions, startDeskRig } from '../desk-rig';

export const REGION = '3301';
export const BADGE = 'A1';
export const SMALL_VOLUME = 180 * 1024;
export const password = () => new TextEncoder().encode('stick-2026');

export let folder: string;
export let central: Awaited<ReturnType<typeof startCentral>>;
export let proxy: CuttingProxy;
export const rigs: DeskRig[] = [];
let sticks = 0;
let seeds = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-stick-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 600 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  proxy.setDown(false);
});

export interface Desk {
  readonly rig: DeskRig;
  readonly device: string;
}

export const HOW = {
  region: REGION,
  users: [{ badge: BADGE, name: '王伟', role: 'inspector' }],
} as const;

/** A desk that was enrolled over the line, which is down from then on. */
export async function enrolled(options: Omit<RigOptions, 'through'> = {}): Promise<Desk> {
  proxy.setDown(true);
  const userData = await mkdtemp(join(folder, 'desk-'));
  const desk = await enrolDesk(central, password(), HOW, { ...options, userData, through: proxy });
  rigs.push(desk.rig);
  return desk;
}

export async function reopened(userData: string): Promise<Desk> {
  const rig = await startDeskRig(userData, { through: proxy });
  rigs.push(rig);
  await rig.office.open({ badge: BADGE, password: password() });
  const { place } = await rig.office.state();
  return { rig, device: place.device };
}

export async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

export type Order = Omit<Parameters<typeof central.bundle>[0], 'device' | 'out'>;
export const bundleFor = ({ device }: Desk, order: Order = {}): Promise<MadeBundle> =>
  central.bundle({ device, out: join(folder, `stick-${++sticks}`), ...order });
export const change = (random = 40) =>
  central.mutate({ region: REGION, random, seed: `change ${++seeds}` });

export async function choose({ rig }: Desk, file: string | undefined): Promise<BundlePreview> {
  rig.chosen.bundle = file ?? null;
  const preview = await rig.office.demandServices().bundles.choose();
  if (preview === null) throw new Error('nothing chosen');
  return preview;
}
export async function bring(desk: Desk, { files }: MadeBundle) {
  const { handle } = await choose(desk, files.at(-1));
  return desk.rig.office.demandServices().bundles.apply(handle);
}
export async function sync({ rig }: Desk) {
  const { sync: service } = rig.office.demandServices();
  await service.settled();
  service.start();
  await service.settled();
  return service.status();
}
export const serverParts = () => (central as unknown as { readonly parts: ServerParts }).parts;
/** Changes rows that a first load leaves for later: some as in every turn, some as in this one, and one goes. */
export async function changeLate(turn: number) {
  const { client } = serverParts();
  const changes = [];
  for (const [entity, field] of [
    ['event', 'day'],
    ['training', 'hours'],
    ['exam', 'theory'],
  ] as const) {
    const rows = await client.query<{ id: number }>(`select id from e_${entity} order by id`);
    const ids = rows.map(({ id }) => Number(id));
    const at = (part: number, step: number) => ids[Math.floor(part * ids.length) + step] ?? 0;
    for (const part of [0.1, 0.5, 0.9])
      changes.push(
        { op: 'patch', entity, id: at(part, 0), fields: { [field]: 50 + turn } } as const,
        { op: 'patch', entity, id: at(part, 10 * turn), fields: { [field]: 60 } } as const,
      );
    const id = at(0.3, 0);
    changes.push({ op: 'exit', entity, id, reason: 'erroneous', day: 20_780 } as const);
  }
  await central.mutate({ region: REGION, changes });
}
/** Root and counts of the slice, recomputed from its rows. */
export async function provenState({ rig }: Desk) {
  const { sync: service } = rig.office.demandServices();
  expect((await service.verify()).state).toBe('proven');
  const { proof, counts } = await service.status();
  return { root: proof.root, counts };
}
export async function serverCounts() {
  return (await central.status()).regions.find(({ region }) => region === REGION)?.rows;
}

/** Writes what waits onto a stick and takes it at the centre, file by file. */
export async function handIn({ rig }: Desk) {
  const stick = await mkdtemp(join(folder, 'up-'));
  rig.chosen.folder = stick;
  const written = await rig.office.demandServices().outgoing.write();
  const taken: Awaited<ReturnType<typeof central.bundleIn>>[] = [];
  for (const name of written.files ?? [])
    taken.push(await central.bundleIn(await readFile(join(stick, name))));
  return { written, taken };
}
