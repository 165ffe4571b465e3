import type { Central } from '../../../server/central';
import type { Change } from '../../../server/embedded';
import { RowMissing } from '../../../server/ingest/changes';
import { startTestCentral as startCentral } from '../../rigs/central';
import type { ChildProgram } from '../frame/child';

const REGION = '1101';

let central: Central | undefined;
let rows = 0;
let mutations = 0;

function running(): Central {
  if (central === undefined) throw new Error('the server was not started');
  return central;
}

/** Seeds a region, where the folder does not hold it already, and answers from now on. */
async function start(input: {
  readonly folder: string;
  readonly certificates: number;
  /** PostgreSQL instead of the embedded engine. */
  readonly databaseUrl?: string;
}): Promise<{ readonly seconds: number }> {
  const begun = performance.now();
  rows = input.certificates;
  const { folder, databaseUrl } = input;
  central = await startCentral({
    dir: folder,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    // Of a thousand enrolments nobody wants to read.
    log: (line) => line.startsWith('enrolled ') || console.error(line),
  });
  const { regions } = await central.status();
  const held = regions.find(({ region }) => region === REGION)?.rows['certificate'] ?? 0;
  // Everyday changes of earlier runs took a few away, and belong into the snapshot now.
  if (held < input.certificates * 0.95) {
    await central.seed({ region: REGION, certificates: input.certificates });
  } else {
    await central.snapshot(REGION);
  }
  return { seconds: (performance.now() - begun) / 1_000 };
}

/** A one-time code for a further device. */
async function enrolment(
  _input: Record<string, never>,
): Promise<{ address: string; code: string }> {
  const { code } = await running().createEnrolment({
    name: 'bench',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'B1', name: '王检查', role: 'inspector' }],
  });
  return { address: running().url, code };
}

/** Codes for many devices of one office, with the log kept quiet. */
async function slips({
  count,
}: {
  readonly count: number;
}): Promise<{ url: string; codes: string[] }> {
  const codes: string[] = [];
  for (let made = 0; made < count; made++) {
    const { code } = await running().createEnrolment({
      name: 'bench',
      region: REGION,
      users: [{ badge: 'B1', name: '王检查', role: 'inspector' }],
    });
    codes.push(code);
  }
  return { url: running().url, codes };
}

/** Everyday changes to a share of the certificates: renewals, revocations, corrections, exits. */
async function change({ share }: { readonly share: number }): Promise<{ readonly count: number }> {
  const count = Math.ceil(rows * share);
  await running().mutate({ region: REGION, random: count, seed: String(++mutations) });
  return { count };
}

const PATCHES_PER_TRANSACTION = 2_000;

/** A review done on each of these certificates: many small changes quickly, where what they are does not matter. */
async function patch({
  ids,
  day,
}: {
  readonly ids: readonly number[];
  readonly day: number;
}): Promise<void> {
  for (let at = 0; at < ids.length; at += PATCHES_PER_TRANSACTION) {
    await patchBatch(ids.slice(at, at + PATCHES_PER_TRANSACTION), day);
  }
}

async function patchBatch(ids: readonly number[], day: number): Promise<void> {
  const changes: Change[] = ids.map((id) => ({
    op: 'patch',
    entity: 'certificate',
    id,
    fields: { reviewDone: day },
  }));
  try {
    await running().mutate({ region: REGION, changes });
  } catch (error) {
    // Everyday changes took a few certificates away.
    const gone = error instanceof RowMissing ? /\d+/.exec(error.message)?.[0] : undefined;
    if (gone === undefined) throw error;
    await patchBatch(
      ids.filter((id) => id !== Number(gone)),
      day,
    );
  }
}

/** Delta tiers up to now. */
async function tiers(_input: Record<string, never>): Promise<void> {
  await running().tiers(REGION);
}

async function who(_input: Record<string, never>): Promise<{ readonly pid: number }> {
  return { pid: process.pid };
}

const calls = { who, start, enrolment, slips, change, patch, tiers };
export type CentralCalls = typeof calls;

/** The real server in a process of its own. */
export const centralProgram: ChildProgram<CentralCalls> = { name: 'central', calls };
