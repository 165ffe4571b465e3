import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyFile } from '../../electron/jobs/package/verify-document';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import { dataPaths } from '../../electron/platform/paths';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import { ACTIONS, type Fault, OPS, Shim } from '../../electron/store/test/faults/shim';
import { startTestCentral as startCentral } from '../rigs/central';
import { appPath, type DeskRig, startDeskRig } from './desk-rig';
import type { KillPlan } from './export-kill-child';

const OFFICE = '330100';
const BADGE = 'K1';
const PASSWORD = 'export-kills 2026';

interface Step {
  readonly name: string;
  /** Also where not every step is asked for. */
  readonly isQuick?: true;
  readonly main?: Pick<KillPlan, 'call' | 'phase'>;
  /** What happens to the jobs process at its changes of the disk. */
  readonly jobs?: Fault;
  /** What the next session finds; `either`: the jobs process may have been quicker than its end. */
  readonly left: 'free' | 'spent' | 'sealed' | 'either';
}

const fault = (ops: number, pattern: string, nth: number, action: number): Fault => ({
  ...{ ops, pattern, nth, times: 1, action },
});
const ALL: readonly Step[] = [
  { name: 'before it is held', main: { call: ['ticketHold', 'before'] }, left: 'free' },
  { isQuick: true, name: 'held', main: { call: ['ticketHold', 'after'] }, left: 'free' },
  { name: 'files in the making', main: { call: ['exportRows', 'after'] }, left: 'free' },
  { name: 'waits for the PIN', main: { phase: 'awaiting-signature' }, left: 'free' },
  { name: 'before it is spent', main: { call: ['ticketSettle', 'before'] }, left: 'free' },
  { isQuick: true, name: 'spent', main: { call: ['ticketSettle', 'after'] }, left: 'spent' },
  { isQuick: true, name: 'packing begins', main: { phase: 'checking' }, left: 'either' },
  { name: 'archive half', jobs: fault(OPS.write, '.part', 3, ACTIONS.killHalf), left: 'spent' },
  { name: 'not renamed', jobs: fault(OPS.rename, '/DC-', 1, ACTIONS.killBefore), left: 'spent' },
  {
    isQuick: true,
    name: 'renamed',
    jobs: fault(OPS.rename, '/DC-', 1, ACTIONS.killAfter),
    left: 'sealed',
  },
  {
    name: 'renamed, and main on its way to the ledger',
    main: { call: ['outboxAppend', 'before'] },
    jobs: fault(OPS.rename, '/DC-', 1, ACTIONS.killAfter),
    left: 'sealed',
  },
  {
    isQuick: true,
    name: 'before the ledger',
    main: { call: ['outboxAppend', 'before'] },
    left: 'sealed',
  },
  { name: 'in the ledger', main: { call: ['outboxAppend', 'after'] }, left: 'sealed' },
];

/** Every step takes a desk of its own: all of them in `npm run proof -- kills`. */
const STEPS = ALL.filter((step) => step.isQuick || process.env.FIELDCERT_KILLS !== undefined);

let folder: string;
let userData: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
const shim = new Shim();
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-export-kills-'));
  userData = join(folder, 'desk');
  central = await startCentral({});
  await central.seed({ region: '3301', certificates: 40 });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  shim.remove();
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

async function synced(): Promise<void> {
  const { sync } = rig.office.demandServices();
  await sync.settled();
  sync.start();
  await sync.settled();
}
async function opened(): Promise<void> {
  rig = await startDeskRig(userData);
  const password = new TextEncoder().encode(PASSWORD);
  expect((await rig.office.open({ badge: BADGE, password })).outcome).toBe('opened');
}

/** One export in a program of its own, until it ends or is killed. */
async function ran(program: string, step: Step, ticket: string, code: string) {
  const notes = join(folder, `${ticket}.notes`);
  const plan: KillPlan = {
    ...{ userData, badge: BADGE, password: PASSWORD, ticket, code, notes, ...step.main },
    node: shim.nodePath,
  };
  if (step.jobs !== undefined) shim.arm(step.jobs);
  const child = fork(program, [JSON.stringify(plan)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.add(child);
  const isKilled = await new Promise<boolean>((resolve) =>
    child.once('exit', (_, signal) => resolve(signal === 'SIGKILL')),
  );
  children.delete(child);
  const hasFired = step.jobs === undefined || shim.fired === 1;
  shim.disarm();
  const said = existsSync(notes) ? readFileSync(notes, 'utf8') : '';
  return { isKilled, hasFired, said, traceId: /^trace (.*)$/m.exec(said)?.[1] ?? '' };
}

/** Kinds of the log's entries that name a trace id. */
function acts(traceId: string): readonly string[] {
  const { paths, sessions } = rig.office.demandServices();
  const key = sessions.demand().keys.copy('journal');
  const db = openWritable({ path: paths.journal, key, mayCreate: false, isDurable: false });
  try {
    return db
      .all(sql`select kind from audit where payload like ${`%${traceId}%`} order by seq`)
      .map(([kind]) => String(kind))
      .filter((kind) => kind.startsWith('export'));
  } finally {
    db.close();
  }
}

describe('an export with an offline ticket, killed at each of its steps', () => {
  // Would catch: a ticket used twice or lost, a package that no ledger and no centre knows of, one that the ledger calls
  // failed, half a package, rows in plain that stay.
  it('leaves the ticket free or its use told, and a package whole or none', async () => {
    const { code } = await central.createEnrolment({
      ...{ name: '杭州市应急管理局', region: '3301', isPractice: true },
      users: [{ badge: BADGE, name: '王伟', role: 'inspector' }],
    });
    rig = await startDeskRig(userData);
    await rig.office.enrol({
      ...{ address: central.url, code, password: new TextEncoder().encode(PASSWORD) },
    });
    await synced();
    const device = rig.office.demandServices().sessions.demand().office.deviceId;
    const permits = await central.exports.issue({ device, badge: BADGE, count: STEPS.length });
    await synced();
    await rig.close();
    const program = appPath('node_modules/.cache/export-kill-child.cjs');
    await build({
      ...{ entryPoints: [appPath('e2e/integration/export-kill-child.ts')], outfile: program },
      ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node22' },
      ...{ packages: 'external', logLevel: 'error' },
    });
    const found: { step: Step; ticket: string; code: string; traceId: string }[] = [];
    for (const [index, step] of STEPS.entries()) {
      const permit = permits[index];
      if (permit === undefined) throw new Error('too few permits');
      const { isKilled, hasFired, said, traceId } = await ran(
        program,
        step,
        permit.id,
        permit.code,
      );
      // Each step really was where it died, and the session before it did not stand in its way.
      expect(`${step.name}: ${isKilled} ${hasFired} ${said}`).toBe(
        `${step.name}: ${step.main !== undefined} true ${said}`,
      );
      expect(said).not.toContain('error');
      found.push({ step, ticket: permit.id, code: permit.code, traceId });
    }
    await opened();
    const { store, admissions, exports, paths } = rig.office.demandServices();
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    const target = join(userData, 'exports');
    const names = await readdir(target);
    expect(names.filter((name) => !/^DC-[\d-]+\.zip$/.test(name))).toEqual([]);
    expect(await readdir(dataPaths(userData).exportsTemporary).catch(() => [])).toEqual([]);
    expect(paths.exportsTemporary).toBe(dataPaths(userData).exportsTemporary);
    const uses = await store.call('ticketUses', {});
    const ledger = await store.call('ledgerList', { limit: 100 });
    const told = found.map(({ step, ticket, traceId }) => {
      const isThere = names.includes(`${traceId}.zip`);
      const use = uses.find((one) => one.ticket === ticket)?.state ?? 'free';
      const line = ledger.find((one) => one.traceId === traceId)?.outcome ?? 'none';
      return { step: step.name, isThere, use, line };
    });
    expect(told).toEqual(
      found.map(({ step }, index) => {
        const left =
          step.left === 'either' ? (told[index]?.isThere ? 'sealed' : 'spent') : step.left;
        const use = left === 'free' ? 'free' : 'spent';
        const line = { free: 'none', spent: 'failed', sealed: 'sealed' }[left];
        return { step: step.name, isThere: left === 'sealed', use, line };
      }),
    );
    for (const { step, traceId } of found) {
      if (step.name === 'before it is held') continue;
      const kinds = acts(traceId);
      expect(`${step.name}: ${kinds[0]}`).toBe(`${step.name}: export-started`);
      const last = step.left === 'free' ? 'export-ticket-freed' : 'export';
      expect(`${step.name}: ${kinds.at(-1)}`).toContain(last);
      // Told once.
      expect(kinds.filter((kind) => kind === 'export' || kind === 'export-found').length).toBe(
        step.left === 'free' ? 0 : 1,
      );
    }
    for (const name of names) {
      const report = await verifyFile(join(target, name), { trustRoots: [] });
      expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    }
    // What is spent begins nothing; what is free seals a package.
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'ascii'));
    const wish = { filter: {}, purposeClass: 'inspection', purpose: '专项检查' } as const;
    const begin = (one: { ticket: string; code: string }) =>
      exports.start(() => admissions.byCode(wish, one.ticket, bytes(one.code)), 'default');
    for (const one of found.filter(({ step }) => step.left === 'spent' || step.left === 'sealed'))
      await expect(begin(one)).rejects.toMatchObject({ code: 'EXPORT_TICKET_GONE' });
    const free = found.find(({ step }) => step.left === 'free');
    if (free === undefined) throw new Error('no such step');
    const started = await begin(free);
    await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
    const { signing } = rig.office.demandServices();
    const [choice] = (await signing.choices()).items;
    const { tokenId = '', keyRef = '' } = choice?.shown ?? {};
    const answer = await signing.confirm(tokenId, keyRef, new TextEncoder().encode(PRACTICE_PIN));
    expect(answer).toEqual({ outcome: 'signed' });
    // The centre knows of every package that is there, and of each one's ticket, once.
    await synced();
    const sealed = told.flatMap(({ isThere }, index) => (isThere ? [found[index]] : []));
    await expect
      .poll(
        async () => {
          await synced();
          const { tickets, refused } = await central.exports.list(OFFICE);
          const usedBy = tickets.flatMap(({ id, usedBy }) =>
            usedBy.map((trace) => `${id} ${trace}`),
          );
          return { refused, usedBy: usedBy.sort() };
        },
        { timeout: 60_000 },
      )
      .toEqual({
        refused: [],
        usedBy: [
          ...sealed.map((one) => `${one?.ticket} ${one?.traceId}`),
          `${free.ticket} ${started.outcome === 'started' ? started.traceId : ''}`,
        ].sort(),
      });
  }, 1_200_000);
});
