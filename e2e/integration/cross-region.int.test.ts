import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrantFolders } from '../../electron/main/services/cross-region/grant-folder';
import { generateRegion } from '../../server/generate/generate';
import type { ServerParts } from '../../server/http/parts';
import type { GrantScope } from '../../shared/domain/cross-region/scope';
import { REVEAL_LIMITS } from '../../shared/domain/policy/reveal-limits';
import {
  CROSS_SCOPE,
  CROSS_TARGET,
  codeOf,
  crossPassword,
  decideSigned,
  requestOf,
  runCross,
  servicesOf,
  startCross,
} from './cross-region-rig';
import type { DeskRig } from './desk-rig';

let close: () => Promise<void>;
let central: Awaited<ReturnType<typeof startCross>>['central'];
let asker: DeskRig;
let head: DeskRig;
let superior: DeskRig;

beforeAll(async () => {
  ({ close, central, asker, head, superior } = await startCross());
}, 180_000);
afterAll(() => close?.());

async function decide(...asked: Parameters<typeof decideSigned>): Promise<readonly string[]> {
  const shown = await decideSigned(...asked);
  await runCross(asked[0]);
  return shown;
}

async function granted(change: Partial<GrantScope> = {}): Promise<string> {
  const wish = {
    purpose: '联合检查',
    basis: '浙应急〔2026〕12号',
    scope: { ...CROSS_SCOPE, ...change },
  };
  const request = await servicesOf(asker).crossRegion.ask(wish as never);
  await runCross(asker);
  await runCross(head);
  await decide(head, request, 'approved');
  await runCross(superior);
  await decide(superior, request, 'approved');
  await runCross(asker);
  return request;
}

function somebody() {
  let id = 0;
  for (const { rows } of generateRegion(CROSS_TARGET, () => ++id)) {
    const person = rows.person?.find(({ values }) => [...String(values.name)].length === 3);
    if (person !== undefined)
      return {
        name: String(person.values.name),
        idNumber: String(person.secret?.idNumber),
        phone: person.secret?.phone == null ? null : String(person.secret.phone),
      };
  }
  throw new Error('nobody');
}

/** Numbers and names that were seen in granted rows. */
const KNOWN = new Set<string>();
const show = (rig: DeskRig, request: string, certificateId: number) =>
  servicesOf(rig).crossRegion.reveal({ request, certificateId, reason: 'on-site-check', note: '' });
const folders = () => new GrantFolders(join(asker.userData, 'office', 'grants'));
const search = (request: string, text: string) =>
  servicesOf(asker).crossRegion.search({ request, text, offset: 0, limit: 20 });

/** Every byte below a folder, as one text of Latin letters. */
async function bytesBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const parts = await Promise.all(
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  return parts.join('');
}

describe('a grant at the desk', () => {
  // Bug: rows of another region in the office's own store, found without a grant, or by whoever is not named in it.
  it('goes from the request to the rows, which lie apart and are found there alone', {
    timeout: 300_000,
  }, async () => {
    const wish = { purpose: '联合检查', basis: '12号', scope: CROSS_SCOPE };
    expect(
      await codeOf(
        servicesOf(asker).crossRegion.ask({
          ...wish,
          scope: { ...CROSS_SCOPE, regions: ['330681'] },
        } as never),
      ),
    ).toBe('INPUT_INVALID');
    // Bug: what was asked without a line, or is refused by the centre, is not among the person's requests.
    const nowhere = { ...CROSS_SCOPE, regions: ['4401'], people: ['330602199001011234'] };
    const refused = await servicesOf(asker).crossRegion.ask({ ...wish, scope: nowhere } as never);
    expect(await requestOf(asker, refused)).toMatchObject({
      ...{ waiting: 'request', notTaken: null, scope: { regions: ['4401'], people: 1 } },
    });
    const request = await servicesOf(asker).crossRegion.ask(wish as never);
    await runCross(asker);
    expect(await requestOf(asker, refused)).toMatchObject({
      ...{ waiting: null, notTaken: { verdict: 'rejected', reason: 'region-unknown' } },
    });
    const [item] = await servicesOf(asker).store.call('outboxItems', { actor: null });
    await servicesOf(asker).outbox.dismiss(item?.dseq ?? 0, '不再需要');
    await expect(requestOf(asker, refused)).rejects.toThrow('not listed');
    expect(await requestOf(asker, request)).toMatchObject({
      state: 'asked',
      waiting: null,
      todo: null,
      isOwn: true,
    });
    expect(await codeOf(servicesOf(asker).crossRegion.bring(request))).toBe('GRANT_GONE');
    await runCross(head);
    expect(await requestOf(head, request)).toMatchObject({ todo: 'endorse', reach: 300 });
    expect((await decide(head, request, 'approved')).join('\n')).toContain('联合检查');
    await runCross(superior);
    expect(await requestOf(superior, request)).toMatchObject({
      state: 'endorsed',
      todo: 'approve',
    });
    const words = await decide(superior, request, 'approved', { days: 3 });
    expect(words.join('\n')).toMatch(/3 ?天/u);
    await runCross(asker);
    const mine = await requestOf(asker, request);
    expect(mine).toMatchObject({ state: 'granted', scope: { days: 3 }, isHere: false });
    expect(await codeOf(search(request, '王'))).toBe('GRANT_NOT_OPEN');

    const { name, idNumber } = somebody();
    await servicesOf(asker).crossRegion.bring(request);
    expect((await requestOf(asker, request)).isHere).toBe(true);
    const found = await search(request, idNumber);
    expect(found.items[0]?.region.startsWith('3302')).toBe(true);
    expect(JSON.stringify(found)).not.toContain(idNumber);
    // Bug: masks are lifted by a grant that does not say so.
    const [{ id: firstId } = { id: 0 }] = found.items;
    expect(await codeOf(show(asker, request, firstId))).toBe('GRANT_NOT_FOR');
    const all = await search(request, '');
    expect(all.total).toBe(300);
    // Bug: a filter of the search page or a board that granted rows do not keep to, or that counts them otherwise.
    const narrowed = await servicesOf(asker).crossRegion.search({
      ...{ request, text: '', offset: 0, limit: 100 },
      filter: { statuses: ['expired'] },
    });
    expect(narrowed.items.every(({ validity }) => validity.status === 'expired')).toBe(true);
    expect([narrowed.total, narrowed.total > 0]).toEqual([all.byStatus.expired, true]);
    expect(Object.values(all.byStatus).reduce((sum, count) => sum + count, 0)).toBe(300);
    const chains = new Set<string | undefined>();
    for (const { id } of all.items)
      chains.add((await servicesOf(asker).crossRegion.record({ request, id })).record?.chain);
    // What was issued long ago has no events any more.
    expect(chains.has('verified')).toBe(true);
    expect(chains.has('broken')).toBe(false);
    const inOwn = (await servicesOf(asker).store.call('portRequest', {
      route: 'search.query',
      input: { text: idNumber, filter: {}, offset: 0, limit: 5 },
    })) as { readonly data: { readonly total: number } };
    expect(inOwn.data.total).toBe(0);
    expect(
      await codeOf(
        servicesOf(head).crossRegion.search({ request, text: 'x', offset: 0, limit: 1 }),
      ),
    ).toBe('GRANT_GONE');
    const below = await bytesBelow(folders().of(request));
    for (const plain of [idNumber, Buffer.from(name, 'utf8').toString('latin1')])
      expect(below.includes(plain)).toBe(false);

    // Bug: a lock that leaves the grant's store running, or after which its rows are lost.
    await asker.office.lock('person');
    expect((await asker.office.open({ badge: '1001', password: crossPassword() })).outcome).toBe(
      'opened',
    );
    expect((await search(request, idNumber)).total).toBe(found.total);

    // Bug: what is marked as 核查中 at home reads as valid under a grant, while its store runs or when it is opened again.
    const office = servicesOf(asker).sessions.demand().office.office.code;
    const usable = all.items.filter(({ validity }) => validity.status === 'valid').length;
    const marked = async () =>
      (await search(request, '')).items.filter(
        ({ validity }) => validity.status === 'under-verification',
      ).length;
    expect([usable > 0, await marked()]).toEqual([true, 0]);
    const { client } = (central as unknown as { readonly parts: ServerParts }).parts;
    const issuers = await client.query<{ issuer: number }>(
      'select distinct c_issuer as issuer from e_certificate where slice = 3306',
      [],
    );
    for (const { issuer } of issuers)
      await central.marks.mark(office, { by: 'issuer', id: issuer }, '发证机关待查');
    await servicesOf(asker).control.contact();
    const byOwn = await marked();
    expect(byOwn).toBeGreaterThan(0);
    await asker.office.lock('person');
    await asker.office.open({ badge: '1001', password: crossPassword() });
    expect(await marked()).toBe(byOwn);
    for (const { id } of await central.marks.list(office)) await central.marks.lift(id, '完');
    await servicesOf(asker).control.contact();
    expect(await marked()).toBe(0);
    // Bug: what the rows' own region has under verification reads as valid here, in a running store or after a lock, until the
    // grant is fetched anew; or for ever after the mark was lifted.
    await central.createEnrolment({
      ...{ name: '宁波局', code: '330200', region: '3302' },
      users: [{ badge: '1', name: '人', role: 'inspector' }],
    });
    const good = all.items.find(({ validity }) => validity.status === 'valid');
    const standsNow = async () =>
      (await servicesOf(asker).crossRegion.record({ request, id: good?.id ?? 0 })).record;
    expect((await standsNow())?.item.validity.status).toBe('valid');
    const { mark } = await central.marks.mark(
      ...(['330200', { certificates: [good?.id ?? 0] }, '培训机构造假'] as const),
    );
    await runCross(asker);
    expect(await standsNow()).toMatchObject({
      ...{ item: { validity: { status: 'under-verification' } }, mark: { reason: '培训机构造假' } },
    });
    expect(await marked()).toBe(1);
    await asker.office.lock('person');
    await asker.office.open({ badge: '1001', password: crossPassword() });
    expect(await marked()).toBe(1);
    await central.marks.lift(mark.id, '查清');
    await runCross(asker);
    expect([await marked(), (await standsNow())?.item.validity.status]).toEqual([0, 'valid']);
    const audit = await servicesOf(asker).store.call('auditVerify', {});
    expect(audit.isIntact).toBe(true);
  });

  // Bug: rows or their key outlive a grant that was taken back, that ran out, or that its owner gave back.
  it('ends with its key: taken back, over in time, given back', { timeout: 300_000 }, async () => {
    const { idNumber, phone } = somebody();
    const back = await granted({ fields: ['phone'] });
    const over = await granted({ days: 2, people: [idNumber], fields: ['id-number'] });
    // Bug: persons of a request in the journal, which opens to administrators too.
    const said = await servicesOf(asker).store.call('factGet', { name: 'cross-region.standings' });
    expect(said).not.toBeNull();
    expect(said).not.toContain(idNumber);
    const keys: string[] = [];
    const fetched = async (request: string) => {
      await servicesOf(asker).crossRegion.bring(request);
      const held = await folders().read(servicesOf(asker).sessions.demand(), request);
      expect(held?.files).toHaveLength(32);
      keys.push(Buffer.from(held?.files ?? []).toString('base64'));
      const { items } = await search(request, '');
      for (const { number, name } of items) KNOWN.add(number).add(name);
    };
    await fetched(back);
    await servicesOf(asker).crossRegion.drop(back);
    expect(existsSync(folders().of(back))).toBe(false);
    expect((await requestOf(asker, back)).state).toBe('granted');
    await fetched(back);
    await fetched(over);

    // Bugs: more is shown than the grant names, to others than its person, without an entry, or beside the hour's measure.
    const [{ id } = { id: 0 }] = (await search(over, idNumber)).items;
    const entries = async () => (await servicesOf(asker).store.call('auditVerify', {})).entries;
    const before = await entries();
    expect(await show(asker, over, id)).toMatchObject({ idNumber, phone: null });
    expect(await show(asker, back, id)).toMatchObject({ idNumber: null, number: null, phone });
    expect(await codeOf(show(head, over, id))).toBe('GRANT_GONE');
    expect(await entries()).toBe(before + 2);
    const { userId: actor } = servicesOf(asker).sessions.demand().view;
    const ids = Array.from({ length: REVEAL_LIMITS.values - 1 }, (_, n) => 9_000_000 + n);
    const audit = { kind: 'reveal', actor, payload: {} };
    await servicesOf(asker).store.call('revealAdmit', {
      certificateIds: ids,
      isBatch: false,
      audit,
    });
    const [, { id: other } = { id: 0 }] = (await search(back, '')).items;
    expect(await codeOf(show(asker, back, other))).toBe('REVEAL_LIMIT');

    await runCross(superior);
    expect((await requestOf(superior, back)).mayRevoke).toBe(true);
    await decide(superior, back, 'refused');
    await runCross(asker);
    expect(await requestOf(asker, back)).toMatchObject({ state: 'ended', isHere: false });
    expect(existsSync(folders().of(back))).toBe(false);
    expect(await codeOf(search(back, '王'))).toBe('GRANT_GONE');
    expect(await codeOf(show(asker, back, id))).toBe('GRANT_GONE');
    expect(await codeOf(servicesOf(asker).crossRegion.bring(back))).toBe('GRANT_GONE');

    // By the highest time seen: setting the clock back brings nothing back.
    asker.clock.learn(Date.now() + 2 * 86_400_000 + 60_000);
    expect(await codeOf(search(over, '王'))).toBe('GRANT_GONE');
    expect(await codeOf(show(asker, over, id))).toBe('GRANT_GONE');
    await asker.office.lock('person');
    expect((await asker.office.open({ badge: '1001', password: crossPassword() })).outcome).toBe(
      'opened',
    );
    expect(existsSync(folders().of(over))).toBe(false);
    const left = await bytesBelow(asker.userData);
    // Bug: search or a board leaves a copy of granted rows, or of what was typed into them, anywhere else on the device.
    const known = [...KNOWN, idNumber].map((text) => Buffer.from(text, 'utf8').toString('latin1'));
    for (const plain of known) expect(left.includes(plain)).toBe(false);
    for (const key of keys)
      expect(left.includes(Buffer.from(key, 'base64').toString('latin1'))).toBe(false);
  });
});
