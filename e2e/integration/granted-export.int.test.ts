import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyFile } from '../../electron/jobs/package/verify-document';
import type { ExportWish } from '../../electron/main/services/tickets/plan';
import { openDeviceBox, sealToDevice } from '../../electron/main/services/unlock/device-box';
import type { GrantScope } from '../../shared/domain/cross-region/scope';
import type { ExportProgress } from '../../shared/ipc/routes/exports';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { StandingsSchema, standingsContext } from '../../shared/protocol/cross-region';
import {
  CROSS_SCOPE,
  CROSS_TARGET,
  codeOf,
  decideSigned,
  runCross,
  servicesOf,
  signShown,
  startCross,
} from './cross-region-rig';
import type { DeskRig } from './desk-rig';

const OFFICE = '330600';
let cross: Awaited<ReturnType<typeof startCross>>;
let besides: DeskRig;
beforeAll(async () => {
  cross = await startCross();
  besides = await cross.besides();
}, 240_000);
afterAll(() => cross?.close());

async function granted(change: Partial<GrantScope>): Promise<string> {
  const { asker, head, superior } = cross;
  const wish = { purpose: '联合检查', basis: '12号', scope: { ...CROSS_SCOPE, ...change } };
  const request = await servicesOf(asker).crossRegion.ask(wish as never);
  await runCross(asker);
  for (const rig of [head, superior, ...(change.mayExport === true ? [besides] : [])]) {
    await runCross(rig);
    await decideSigned(rig, request, 'approved');
    await runCross(rig);
  }
  await runCross(asker);
  await servicesOf(asker).crossRegion.bring(request);
  return request;
}

const wishOf = (grant: string, more: Partial<ExportWish> = {}): ExportWish => ({
  ...{ filter: {}, purposeClass: 'inspection', purpose: '联合检查结果移交', grant },
  ...more,
});
const admissions = () => servicesOf(cross.asker).admissions;

/** Consent of the own head at the centre, for exactly this export; the ticket has come. */
async function consented(wish: ExportWish): Promise<string> {
  const { request } = await admissions().request(wish);
  await runCross(cross.asker);
  await cross.central.exports.decide({ request, decision: 'approved', by: '1002' });
  await runCross(cross.asker);
  return request;
}

const start = async (request: string) => {
  const { exports } = servicesOf(cross.asker);
  const begun = await exports.start(() => admissions().byDecision(request), 'default');
  if (begun.outcome !== 'started') throw new Error(begun.outcome);
  return begun;
};
const endOf = (traceId: string) =>
  cross.asker.events
    .filter(({ name }) => name === 'exports.progressed')
    .map(({ payload }) => payload as ExportProgress)
    .find((one) => one.traceId === traceId && ['done', 'failed', 'cancelled'].includes(one.phase));
const ended = async (traceId: string) => {
  await expect.poll(() => endOf(traceId)?.phase, { timeout: 60_000 }).toBeDefined();
  return endOf(traceId);
};

// Bugs: rows of another region leave without the right, with another's grant, by a permit of the own region, or unmarked;
// own rows among them; a right that somebody wrote into what lies here.
it('lets granted rows out by a right of their own, marked with the grant', {
  timeout: 300_000,
}, async () => {
  const { asker, central } = cross;
  const [closed, open] = [await granted({}), await granted({ mayExport: true, days: 3 })];
  const count = (grant: string) => servicesOf(asker).exports.count({}, undefined, grant);
  expect(await codeOf(count(closed))).toBe('GRANT_NOT_FOR');
  expect(await codeOf(admissions().request(wishOf(closed)))).toBe('GRANT_NOT_FOR');
  expect((await count(open)).count).toBe(CROSS_TARGET.certificates);
  const byHead = servicesOf(cross.head).exports.count({}, undefined, open);
  expect(await codeOf(byHead)).toBe('GRANT_GONE');
  const board = { day: 1, rival: null } as never;
  expect(await codeOf(admissions().request(wishOf(open, { board })))).toBe('INPUT_INVALID');

  const { office } = servicesOf(asker).sessions.demand();
  const [advance] = await central.exports.issue({
    ...{ device: office.deviceId, badge: '1001', count: 1 },
  });
  await runCross(asker);
  const code = new Uint8Array(Buffer.from(advance?.code ?? '', 'ascii'));
  expect(await codeOf(admissions().byCode(wishOf(open), advance?.id ?? '', code))).toBe(
    'EXPORT_TICKET_UNFIT',
  );

  // The right written into the grant that does not have it: its signature fails, and with it the grant.
  const { store, sessions } = servicesOf(asker);
  const session = sessions.demand();
  const name = 'cross-region.standings';
  const kept = (await store.call('factGet', { name })) ?? '';
  const context = standingsContext(office.deviceId);
  const bytes = await openDeviceBox(session, Buffer.from(kept, 'base64'), context);
  const said = StandingsSchema.parse(JSON.parse(Buffer.from(bytes ?? []).toString('utf8')));
  const forged = said.requests.map((one) => ({
    ...one,
    grant: one.grant && {
      ...one.grant,
      payload: one.grant.payload.replace('"mayExport":false', '"mayExport":true'),
    },
  }));
  const text = new Uint8Array(Buffer.from(canonicalJson({ requests: forged }), 'utf8'));
  const box = Buffer.from(await sealToDevice(session, text, context)).toString('base64');
  await store.call('factSet', { name, value: box });
  expect(await codeOf(count(closed))).toBe('GRANT_GONE');
  expect((await count(open)).count).toBe(CROSS_TARGET.certificates);
  await store.call('factSet', { name, value: kept });

  const begun = await start(await consented(wishOf(open, { template: 'outward' })));
  const shown = await signShown(asker);
  expect(shown.some((value) => value.includes(open))).toBe(true);
  expect((await ended(begun.traceId))?.phase).toBe('done');
  const zip = join(asker.userData, 'exports', `${begun.traceId}.zip`);
  const report = await verifyFile(zip, { trustRoots: [] });
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.manifest).toMatchObject({
    count: CROSS_TARGET.certificates,
    intent: { grant: open, regions: ['3302'] },
  });
  const out = join(asker.userData, 'granted-out');
  execFileSync('unzip', ['-q', zip, '-d', out]);
  const csv = (await readFile(join(out, 'data.csv'), 'utf8')).slice(1).trim();
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true });
  expect(data).toHaveLength(CROSS_TARGET.certificates);
  expect(data.every((row) => Object.values(row).some((cell) => cell.includes(open)))).toBe(true);
  await runCross(asker);
  expect((await central.exports.list(OFFICE)).refused).toEqual([]);
  // Bug: a log that does not say whose rows left.
  const { entries } = (await store.call('auditVerify', {})) as { readonly entries: number };
  expect(entries).toBeGreaterThan(0);
});

// Bug: what was taken back while the signing window was open is signed and leaves, or stays staged on the disk.
it('stops with the grant, raced with its revocation', { timeout: 300_000 }, async () => {
  const { asker, superior } = cross;
  const grant = await granted({ mayExport: true, days: 2 });
  const request = await consented(wishOf(grant));
  const begun = await start(request);
  await expect.poll(() => asker.signing.isOpen, { timeout: 120_000 }).toBe(true);
  await runCross(superior);
  await decideSigned(superior, grant, 'refused');
  await runCross(superior);
  await runCross(asker);
  expect(await ended(begun.traceId)).toMatchObject({ phase: 'failed', error: 'GRANT_GONE' });
  expect(existsSync(join(asker.userData, 'exports', `${begun.traceId}.zip`))).toBe(false);
  const { paths } = servicesOf(asker);
  expect(await readdir(paths.exportsTemporary).catch(() => [])).toEqual([]);
  // The consent is left and opens nothing any more, nor does the centre give another one.
  expect(await codeOf(start(request))).toBe('GRANT_GONE');
});

// Bugs: an export that waits for its PIN ends because somebody opened granted rows that are marked, or because others were marked in
// their region; granted rows that their own region marked meanwhile are signed as valid.
it('ends an export for what was marked among its own rows alone', {
  timeout: 300_000,
}, async () => {
  const { asker, central } = cross;
  await central.createEnrolment({
    ...{ name: '宁波局', code: '330200', region: '3302' },
    users: [{ badge: '1', name: '人', role: 'inspector' }],
  });
  const grant = await granted({ mayExport: true, days: 4 });
  const { items } = await servicesOf(asker).crossRegion.search({
    ...{ request: grant, text: '', filter: {}, offset: 0, limit: 100 },
  });
  const [one, other, third] = items.map(({ id }) => id);
  const mark = async (id = 0) => {
    await central.marks.mark('330200', { certificates: [id] }, '待查');
    await runCross(asker);
  };
  await mark(one);

  const waiting = async (wish: ExportWish) => {
    const { traceId } = await start(await consented(wish));
    await expect.poll(() => asker.signing.isOpen, { timeout: 120_000 }).toBe(true);
    return traceId;
  };
  const { grant: _none, ...own } = wishOf(grant);
  const ofOwn = await waiting(own);
  // The first look at rows of which one is marked, and a mark that comes after it.
  await granted({ days: 6 });
  await mark(other);
  await signShown(asker);
  expect(await ended(ofOwn)).toMatchObject({ phase: 'done' });
  await expect.poll(() => asker.signing.isOpen, { timeout: 60_000 }).toBe(false);

  const ofGrant = await waiting(wishOf(grant));
  await mark(third);
  expect(await codeOf(signShown(asker))).toContain('not signed: failed');
  const end = await ended(ofGrant);
  expect(end).toMatchObject({ phase: 'failed', error: 'EXPORT_MARKS_CHANGED' });
});
