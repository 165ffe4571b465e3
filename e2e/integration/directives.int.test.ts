import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownDirectives } from '../../electron/main/services/control/ask-control';
import type { OfficeFile } from '../../electron/main/services/unlock/office-file';
import { StatementChecks } from '../../electron/main/services/unlock/statement-checks';
import { statementsInForce } from '../../electron/main/services/unlock/statements';
import { startCentral } from '../../server/embedded';
import type { SqlClient } from '../../server/store/sql-client';
import type { DirectiveStatement, SignedStatement } from '../../shared/protocol/signed-statement';
import { type DeskRig, enrolDesk } from './desk-rig';

const REGION = '3302';
const BADGE = 'A1';
const HOUR_MS = 3_600_000;
const OTHER = 'https://127.0.0.1:1';
const password = () => new TextEncoder().encode('directives-2026');
type Kind = DirectiveStatement['kind'];
type More = { readonly endpoints?: readonly string[]; readonly hours?: number };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
let device = '';
let stranger = '';
const services = () => rig.office.demandServices();
const control = () => services().control;
const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;
const order = (kind: Kind, more: More = {}, to = device) =>
  central.directive({ device: to, kind, reason: '测试', ...more });
const standing = async (seq: number) =>
  (await central.directives(device)).find((one) => one.seq === seq);
const known = (id: string) =>
  control()
    .status()
    .applied.find((one) => one.id === id);

/** An order as the server signed it. */
async function envelopeOf({ id }: DirectiveStatement): Promise<SignedStatement> {
  const [row] = await client().query<{ envelope: SignedStatement }>(
    'select envelope from directive where id = $1',
    [id],
  );
  if (row === undefined) throw new Error('no such order');
  return row.envelope;
}
/** Brings envelopes as a stick does. */
async function bring(...envelopes: readonly unknown[]): Promise<void> {
  const { office } = services().sessions.demand();
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  await control().take(await ownDirectives(checks, office, envelopes));
}
async function sync(): Promise<void> {
  const { sync: service } = services();
  await service.settled();
  service.start();
  await service.settled();
}
/** Acts on the device that the log has. */
const acts = async () =>
  (await services().store.call('auditPage', { before: null, limit: 4_000, filter: {} })).rows;
async function told(): Promise<readonly unknown[]> {
  const sent = await services().store.call('outboxPending', { from: 1, limit: 200 });
  return sent.filter(({ kind }) => kind === 'device-act');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-directives-'));
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 60 });
  const office = { region: REGION, users: [{ badge: BADGE, name: '王伟', role: 'head' as const }] };
  const other = await enrolDesk(central, password(), office, { userData: join(folder, 'other') });
  stranger = other.device;
  await other.rig.close();
  const desk = await enrolDesk(central, password(), office, { userData: join(folder, 'desk') });
  ({ rig, device } = desk);
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  if (services().sessions.view === null)
    await rig.office.open({ badge: BADGE, password: password() });
});

describe.sequential('orders of the centre beside lock and wipe', () => {
  // Bugs: a drill that changes something, that is carried out again at each contact, that the centre does not hear of.
  it('a drill is shown, acknowledged once and changes nothing', async () => {
    const before = JSON.stringify(services().sessions.demand().office.endpoints);
    const drill = await order('practise');
    await control().contact();
    await control().contact();
    expect(known(drill.id)).toMatchObject({ kind: 'practise', outcome: 'practised' });
    expect(
      control()
        .status()
        .applied.filter(({ id }) => id === drill.id),
    ).toHaveLength(1);
    expect(await standing(drill.seq)).toMatchObject({ outcome: 'practised', refused: null });
    expect((await rig.office.state()).phase).toBe('unlocked');
    expect(JSON.stringify(services().sessions.demand().office.endpoints)).toBe(before);
    expect(control().status().waitingReceipts).toBe(0);
    await sync();
    expect(await told()).toHaveLength(1);
    expect((await acts()).filter(({ kind }) => kind === 'device-act')).toHaveLength(1);
  });

  // Bugs: an order that is acknowledged and not carried out; one that acts on a locked desk; a later one that overtakes it.
  it('asks for a run, and waits with what follows until somebody is at the desk', async () => {
    const runs = async () => (await services().sync.status()).runs.length;
    await rig.office.lock('person');
    const wanted = await order('require-sync');
    const after = await order('practise');
    await control().contact();
    expect([known(wanted.id), known(after.id)]).toEqual([undefined, undefined]);
    expect(await standing(wanted.seq)).toMatchObject({ outcome: null });
    await rig.office.open({ badge: BADGE, password: password() });
    await services().sync.settled();
    const before = await runs();
    await control().contact();
    await services().sync.settled();
    expect(await runs()).toBeGreaterThan(before);
    expect(known(wanted.id)).toMatchObject({ outcome: 'done' });
    expect(await standing(after.seq)).toMatchObject({ outcome: 'practised' });
  });

  // Bug: an address that is not asked first, or one that takes the place of those that are known.
  it('puts another address before the known ones', async () => {
    const known_ = [...services().sessions.demand().office.endpoints];
    await order('switch-endpoint', { endpoints: [OTHER] });
    await control().contact();
    const { file } = rig.office as unknown as { readonly file: { endpoints: readonly string[] } };
    expect(file.endpoints[0]).toBe(OTHER);
    for (const address of known_) expect(file.endpoints).toContain(address);
    await expect(
      order('switch-endpoint', { endpoints: ['http://plain.example'] }),
    ).rejects.toThrow();
    await expect(order('practise', { endpoints: [OTHER] })).rejects.toThrow();
  });

  // Bugs: a lease that does not reach further; one of another device that is taken because its order was signed.
  it('renews the lease, by a lease of this device alone', async () => {
    const until = async () => {
      const { file } = rig.office as unknown as { file: OfficeFile };
      const checks = new StatementChecks(file.ca, file.statementCertificate);
      const { lease } = await statementsInForce(file, checks, rig.clock.highestMs());
      return lease?.issuedMs ?? 0;
    };
    const before = await until();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const given = await order('renew-lease');
    await bring(await envelopeOf(given));
    expect(known(given.id)).toMatchObject({ outcome: 'done' });
    expect(await until()).toBeGreaterThan(before);
    // Somebody who may sign orders puts another device's lease into ours.
    const { parts } = central as unknown as {
      parts: { statements: { sign(value: unknown): Promise<SignedStatement> } };
    };
    const foreign = await order('renew-lease', {}, stranger);
    const mixed = { ...given, id: foreign.id, seq: given.seq + 1, lease: foreign.lease };
    const former = await until();
    await bring(await parts.statements.sign(mixed));
    expect(known(foreign.id)).toMatchObject({ outcome: 'refused', refused: 'lease' });
    expect(await until()).toBe(former);
  });

  // Bugs: forged, foreign, old or late orders that are carried out; a refusal that nobody hears of, or hears of each time.
  it('refuses what is forged, of another device, expired, old or out of its turn, and says so once', async () => {
    const count = async () => (await acts()).filter(({ kind }) => kind === 'device-act').length;
    const good = await envelopeOf(await order('practise'));
    const late = await order('practise');
    const newest = await order('practise');
    const flipped = good.sig.startsWith('A') ? `B${good.sig.slice(1)}` : `A${good.sig.slice(1)}`;
    const forged = { ...good, sig: flipped };
    const bent = { ...good, payload: good.payload.replace('practise', 'wipe') };
    const foreign = await envelopeOf(await order('practise', {}, stranger));
    const before = await count();
    const applied = control().status().applied.length;
    await bring(forged, bent, foreign, { any: 'thing' });
    expect(control().status().applied).toHaveLength(applied);
    expect((await rig.office.state()).phase).toBe('unlocked');
    expect(await count()).toBe(before + 4);
    await bring(forged, bent, foreign);
    expect(await count()).toBe(before + 4);
    // The newest first: what was given before it comes out of its turn.
    await bring(await envelopeOf(newest));
    await bring(await envelopeOf(late));
    expect(known(newest.id)).toMatchObject({ outcome: 'practised' });
    expect(known(late.id)).toMatchObject({ outcome: 'refused', refused: 'order' });
    // What was carried out comes again: nothing is done, the same is told.
    const length = control().status().applied.length;
    await bring(await envelopeOf(newest), await envelopeOf(late));
    expect(control().status().applied).toHaveLength(length);
    const short = await order('practise', { hours: 1 });
    rig.clock.learn(Date.now() + 2 * HOUR_MS);
    await bring(await envelopeOf(short));
    expect(known(short.id)).toMatchObject({ outcome: 'refused', refused: 'expired' });
    await control().contact();
    expect(await standing(newest.seq)).toMatchObject({ outcome: 'practised' });
    expect(await standing(late.seq)).toMatchObject({ outcome: 'refused', refused: 'order' });
    expect(await standing(short.seq)).toMatchObject({ outcome: 'refused', refused: 'expired' });
    await sync();
    const { verdicts } = await central.outboxOf(device);
    expect(verdicts).not.toHaveProperty('rejected');
  });
});
