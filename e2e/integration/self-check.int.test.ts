import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCertificates } from '../../electron/main/services/self-check/surroundings-checks';
import { OfficeFileSchema } from '../../electron/main/services/unlock/office-file';
import { sql } from '../../electron/store/sql/tag';
import { openReadable, openWritable } from '../../electron/store/sqlcipher';
import type { CheckItem, CheckItemName } from '../../shared/ipc/routes/self-check';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3301';
const PAGE_BYTES = 4096;
let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
/** What the machine's clock is moved by. */
let movedMs = 0;
const services = () => rig.office.demandServices();

async function check(): Promise<ReadonlyMap<CheckItemName, CheckItem>> {
  const { selfCheck } = services();
  selfCheck.start();
  await selfCheck.settled();
  const [run] = (await selfCheck.status()).runs;
  return new Map(run?.items.map((item) => [item.name, item]));
}
/** Items that are neither good nor, without a place for backups, the backup's reminder. */
const found = (items: ReadonlyMap<CheckItemName, CheckItem>): string[] =>
  [...items.values()]
    .filter(({ name, state }) => state !== 'ok' && name !== 'backup')
    .map(({ name, code }) => `${name} ${code}`);

const officeFile = (name: string): string => join(rig.userData, 'office', name);

/** Turns a byte of a page around, in a file that is in use. */
function flip(path: string, page: number): void {
  const file = openSync(path, 'r+');
  const at = (page - 1) * PAGE_BYTES + 100;
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-check-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 800 });
  const clock = { nowMs: () => Date.now() + movedMs, monotonicMs: () => performance.now() };
  rig = await startDeskRig(undefined, { clock });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode('wang-wei-2026');
  await rig.office.enrol({ address: central.url, code, password });
  services().sync.start();
  await services().sync.settled();
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the daily self-check', () => {
  // Would catch: an alarm in a clean office, a check that looks at nothing, a run that leaves no trace.
  it('finds nothing in a clean office, keeps the run and logs it', async () => {
    const before = await services().store.call('auditVerify', {});
    const items = await check();
    expect(found(items)).toEqual([]);
    expect(items.size).toBe(12);
    expect(items.get('deep')).toMatchObject({ state: 'ok', code: 'ok' });
    expect(items.get('pages')?.params.pages).toBeGreaterThan(50);
    expect(items.get('digest')?.params.rows).toBeGreaterThan(800);
    expect(items.get('rules')?.params.cases).toBeGreaterThanOrEqual(40);
    expect(items.get('backup')).toMatchObject({ state: 'warn', code: 'no-place' });
    const { runs, nextMs, running } = await services().selfCheck.status();
    expect(running).toBeNull();
    expect(nextMs).toBeGreaterThan(rig.clock.highestMs());
    expect(runs).toHaveLength(1);
    const after = await services().store.call('auditVerify', {});
    expect(after).toMatchObject({ isIntact: true, entries: before.entries + 2 });
    const names = rig.events.map(({ name }) => name);
    expect(names).toContain('self-check.progressed');
    expect(names.lastIndexOf('self-check.changed')).toBeGreaterThan(-1);
  });

  // Would catch: two walks at once, a cancelled run kept as if it had been made.
  it('runs once at a time and keeps nothing of a cancelled run', async () => {
    const { selfCheck } = services();
    const before = (await selfCheck.status()).runs.length;
    selfCheck.start();
    expect(() => selfCheck.start()).toThrow('BUSY');
    await selfCheck.cancel();
    const { runs, running } = await selfCheck.status();
    expect({ runs: runs.length, running }).toEqual({ runs: before, running: null });
  });

  // Would catch: a machine whose clock was set back or forward and that checks as good.
  it('finds a clock that was set', async () => {
    movedMs = -2 * 86_400_000;
    const back = await check();
    movedMs = 0;
    expect(found(back)).toEqual(['clock behind']);
    expect(back.get('clock')).toMatchObject({ state: 'bad', params: { minutes: 2880 } });
    expect(found(await check())).toEqual([]);
  });

  // Would catch: a certificate that ends soon, has ended or cannot be read and checks as good.
  it('finds a certificate that is expired, ends soon or is none', async () => {
    const office = OfficeFileSchema.parse(
      JSON.parse(await readFile(officeFile('office.json'), 'utf8')),
    );
    const nowMs = Date.now();
    expect(checkCertificates(office, nowMs).state).toBe('ok');
    const selfSigned = (days: string): string =>
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'].concat([
          '-keyout',
          join(folder, 'key.pem'),
          '-subj',
          '/CN=x',
          '-days',
          days,
        ]),
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
    const boxCertificate = selfSigned('10');
    expect(checkCertificates({ ...office, boxCertificate }, nowMs)).toMatchObject({
      state: 'warn',
      code: 'ends-soon',
      params: { which: 'box' },
    });
    // Made after `nowMs` was read, so a little less than two days ago by then.
    const later = nowMs + 12 * 86_400_000 + 3_600_000;
    expect(checkCertificates({ ...office, boxCertificate }, later)).toMatchObject({
      state: 'bad',
      code: 'expired',
      params: { which: 'box', days: 2 },
    });
    expect(checkCertificates({ ...office, tlsCertificate: 'none' }, nowMs)).toMatchObject({
      state: 'bad',
      code: 'invalid',
      params: { which: 'tls' },
    });
  });

  // Would catch: a page that rotted on the disk while nobody reads it; a damaged file that ends the session.
  it('finds a flipped page, and skips what would read it', async () => {
    const page = Math.floor(statSync(officeFile('slice.db')).size / PAGE_BYTES / 2);
    flip(officeFile('slice.db'), page);
    const items = await check();
    expect(found(items)).toEqual([
      'pages damaged',
      'engine pages-damaged',
      'digest pages-damaged',
      'deep pages-damaged',
    ]);
    expect(items.get('pages')?.params).toMatchObject({ damaged: 1, slice: 1, journal: 0 });
    flip(officeFile('slice.db'), page);
    expect(found(await check())).toEqual([]);
  });

  // Would catch: an edited audit entry under valid page HMACs, which only the chain can tell.
  it('finds an edited audit entry, and remembers it', async () => {
    const key = rig.office.demandServices().sessions.demand().keys.copy('journal');
    const path = officeFile('journal.db');
    const seen = openReadable({ path, key, cacheMb: 8 });
    const seq = Number(seen.value(sql`select min(seq) + 1 from audit`));
    seen.close();
    const db = openWritable({ path, key, cacheMb: 8, mayCreate: false, isDurable: true });
    db.run(sql`update audit set payload = '{"edited":true}' where seq = ${seq}`);
    db.close();
    const items = await check();
    expect(found(items)).toEqual(['audit broken']);
    expect(items.get('audit')?.params.entry).toBe(seq);
    const { runs } = await services().selfCheck.status();
    expect(runs[0]?.items.some(({ name, state }) => name === 'audit' && state === 'bad')).toBe(
      true,
    );
  });
});
