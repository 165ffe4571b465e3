import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskName } from '../../../shared/domain/name/mask';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { boardRoutes } from '../../../shared/ipc/routes/boards';
import { recordRoutes } from '../../../shared/ipc/routes/records';
import { searchRoutes } from '../../../shared/ipc/routes/search';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { StoreClient } from '../launcher';
import type { RecordOutput } from '../queries/record';
import type { SearchOutput } from '../queries/search';
import type { SuggestOutput } from '../queries/suggest';
import { bruteBoard, matching } from './brute';
import { SESSION } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore, RULE_PACK } from './rig';
import { type FixtureRow, type FixtureSet, makeSet, TODAY } from './rows';

const parsed = parseRulePack(RULE_PACK);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;
const SCOPES = SESSION.regions;

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;
const set: FixtureSet = makeSet(1200, 3);

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  ({ store } = await openStore(entry, office));
  expect((await loadSet(store, set)).isEqual).toBe(true);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  rmSync(office, { recursive: true, force: true });
});

async function find(text: string, filter: Filter = {}): Promise<SearchOutput> {
  const answer = await ask<SearchOutput>(store, 'search.query', {
    text,
    filter,
    offset: 0,
    limit: 200,
  });
  return searchRoutes['search.query'].output.parse(answer);
}
const ids = (answer: SearchOutput): number[] =>
  answer.items.map((item) => item.id).sort((a, b) => a - b);
const heldBy = (test: (person: FixtureRow) => boolean): number[] => {
  const persons = new Set(set.person.filter(test).map((person) => person.id));
  return set.certificate
    .filter((row) => persons.has(Number(row.public.holder)))
    .map((row) => row.id);
};
const idOf = (person: FixtureRow): string => String(person.private?.idNumber);
const holder = set.person.find(
  (person) => heldBy((one) => one === person).length > 1,
) as FixtureRow;

describe('search', () => {
  // Would catch: a whole or partial number finding other people's certificates, or none.
  it('finds by ID number, its fragments and phone through blind tags', async () => {
    const number = idOf(holder);
    expect(ids(await find(number))).toEqual(heldBy((one) => idOf(one) === number));
    expect(ids(await find(number.slice(-4)))).toEqual(
      heldBy(
        (one) =>
          idOf(one).slice(-4) === number.slice(-4) ||
          String(one.private?.phone ?? '').endsWith(number.slice(-4)),
      ),
    );
    expect(ids(await find(number.slice(6, 14)))).toEqual(
      heldBy((one) => idOf(one).slice(6, 14) === number.slice(6, 14)),
    );
    const phone = set.person.find(
      (one) => one.private?.phone !== undefined && heldBy((other) => other === one).length > 0,
    ) as FixtureRow;
    expect(ids(await find(String(phone.private?.phone)))).toEqual(
      heldBy((one) => one.private?.phone === phone.private?.phone),
    );
    expect((await find(number.slice(2, 9))).total).toBe(0);
    const tForm = set.certificate.find((row) => row.public.numberForm === 1) as FixtureRow;
    const owner = set.person.find((one) => one.id === tForm.public.holder) as FixtureRow;
    const byT = await find(`T${idOf(owner)}`);
    expect(byT.understood).toBe('certificate-number');
    expect(ids(byT)).toContain(tForm.id);
    const sealed = set.certificate.find((row) => row.private !== null) as FixtureRow;
    expect(ids(await find(String(sealed.private?.number)))).toEqual([sealed.id]);
  });

  // Would catch: an exact name not first, a neighbour missed after one typo, pinyin of polyphonic surnames.
  it('finds by name, prefix, typo, pinyin, initials and mixtures', async () => {
    const name = String(
      set.person.find(
        (one) =>
          [...String(one.public.name)].length === 3 && heldBy((other) => other === one).length > 0,
      )?.public.name,
    );
    const exact = await find(name);
    expect(ids(exact)).toEqual(heldBy((one) => String(one.public.name).includes(name)));
    expect(exact.items[0]?.name).toBe(maskName(name));
    expect(exact.isFuzzy).toBe(false);
    const surname = [...name][0] ?? '';
    expect((await find(surname)).total).toBe(
      heldBy((one) => String(one.public.name).includes(surname)).length,
    );
    const [a = '', b = '', c = ''] = [...name];
    for (const typo of [`${a}龘${c}`, `${a}${c}${b}龘`.slice(0, 3), `${a}${b}龘`]) {
      const fuzzy = await find(typo);
      if (fuzzy.total > 0 && fuzzy.isFuzzy) expect(fuzzy.byStatus).not.toEqual({});
    }
    expect(ids(await find(`${a}龘${c}`))).toEqual(
      expect.arrayContaining(heldBy((one) => one.public.name === name)),
    );
    const compound = heldBy((one) => String(one.public.name).startsWith('尉迟'));
    expect(ids(await find('yuchi'))).toEqual(compound);
    expect(ids(await find('ouyang'))).toEqual(
      heldBy((one) => String(one.public.name).startsWith('欧阳')),
    );
    const mixed = await find('zhang伟');
    expect(ids(mixed)).toEqual(heldBy((one) => /^[张]伟/.test(String(one.public.name))));
  });

  // Would catch: company look-ups by name or code that miss or add certificates.
  it('finds by company, USCC and own number', async () => {
    const company = set.company[5] as FixtureRow;
    const own = set.certificate
      .filter((row) => row.public.company === company.id)
      .map((row) => row.id);
    expect(ids(await find(String(company.public.uscc)))).toEqual(own);
    const byName = await find(String(company.public.name).slice(0, 5));
    expect(byName.understood).toBe('company');
    expect(ids(byName)).toEqual(expect.arrayContaining(own));
    const numbered = set.certificate.find((row) => row.public.numberForm === 0) as FixtureRow;
    expect(
      ids(await find(String(numbered.public.number).replace('(', '（').replace(')', '）'))),
    ).toEqual([numbered.id]);
  });

  // Would catch: status counts that ignore the other filters, or follow the status filter.
  it('counts per status before the status filter', async () => {
    const filter: Filter = { regions: ['11'], kinds: ['special-operation'] };
    const all = matching(set, filter, SCOPES, TODAY, pack);
    const answer = await find('', { ...filter, statuses: ['expired'] });
    expect(answer.total).toBe(all.filter((one) => one.answer.status === 'expired').length);
    expect(Object.values(answer.byStatus).reduce((sum, count) => sum + (count ?? 0), 0)).toBe(
      all.length,
    );
    expect((await store.call('countFilter', { filter })).count).toBe(all.length);
  });

  // Would catch: unmasked names or numbers in suggestions, and any suggestion for digits.
  it('suggests masked, grouped and never for digits', async () => {
    const answer = searchRoutes['search.suggest'].output.parse(
      await ask<SuggestOutput>(store, 'search.suggest', { text: '张' }),
    );
    expect(answer.items.length).toBeGreaterThan(3);
    expect(answer.items.length).toBeLessThanOrEqual(10);
    for (const item of answer.items)
      if (item.type === 'person') expect(item.maskedId + item.name).toMatch(/^\d{6}\*{8}.{4}张\*/);
    const companies = await ask<SuggestOutput>(store, 'search.suggest', { text: '海淀第' });
    expect(companies.items.every((item) => item.type === 'company')).toBe(true);
    expect((await ask<SuggestOutput>(store, 'search.suggest', { text: '1101' })).items).toEqual([]);
  });
});

describe('records, boards and exports', () => {
  // Would catch: a record whose history, hours or chain do not come from its own rows.
  it('reads a record', async () => {
    const row = set.certificate[4] as FixtureRow;
    const { record } = recordRoutes['records.certificate'].output.parse(
      await ask<RecordOutput>(store, 'records.certificate', { id: row.id }),
    );
    const events = set.event.filter((event) => event.public.certificate === row.id);
    expect(record?.events.map((event) => event.seq)).toEqual(
      events.map((event) => event.public.seq),
    );
    expect(record?.chain).toBe('verified');
    expect(new Set(record?.events.map((event) => event.hash)).size).toBe(events.length);
  });

  // Would catch: the process's board differing from a count by hand once it comes out of the real file.
  it('counts the board as by hand', async () => {
    for (const filter of [
      {},
      { regions: ['1101'], statuses: ['expired', 'valid'] },
      { industries: [47] },
    ] as Filter[]) {
      const board = boardRoutes['boards.query'].output.parse(
        await ask<Board>(store, 'boards.query', { filter, day: TODAY }),
      );
      const { total, byStatus, within, renewal, kinds, calendar } = board;
      const {
        due90: _due,
        expired: _expired,
        risk: _risk,
        ...expected
      } = bruteBoard(set, filter, SCOPES, TODAY, pack);
      expect({ total, byStatus, within, renewal, kinds, calendar }).toEqual(expected);
    }
  });

  // Would catch: an export that skips, repeats or shows a plain ID number.
  it('pages through an export', async () => {
    const filter: Filter = { regions: ['13'] };
    const { exportId, count, byStatus } = await store.call('exportOpen', { filter });
    const expected = matching(set, filter, SCOPES, TODAY, pack);
    expect(count).toBe(expected.length);
    expect(Object.values(byStatus).reduce((a, b) => a + b, 0)).toBe(count);
    const rows = [];
    for (let isLast = false; !isLast; ) {
      const page = await store.call('exportRows', { exportId, limit: 100 });
      rows.push(...page.rows);
      isLast = page.isLast;
    }
    expect(rows.map((row) => row.validTo)).toEqual(expected.map(({ row }) => row.validTo));
    expect(JSON.stringify(rows)).not.toMatch(/\d{17}[\dX]"/);
    await store.call('exportClose', { exportId });
    await expect(store.call('exportRows', { exportId, limit: 1 })).rejects.toMatchObject({
      code: 'EXPORT_STOPPED',
    });
  });

  // Would catch: look-ups that leave no audit entry, or an entry that holds typed digits.
  it('logs look-ups without digits', async () => {
    const before = (await store.call('auditVerify', {})).entries;
    await find(idOf(holder));
    await ask(store, 'records.certificate', { id: 1_000_000 });
    const audit = { kind: 'reveal', actor: 'u1', payload: { reason: 'on-site-check' } };
    expect(
      (await store.call('revealFetch', { certificateIds: [1_000_000], isBatch: false, audit }))[0]
        ?.personBlob,
    ).not.toBeNull();
    const after = await store.call('auditVerify', {});
    expect(after).toMatchObject({ isIntact: true, entries: before + 3 });
  });

  // Would catch: a scope that the page or the filter could widen, or a role that reads what it must not.
  it('keeps to role and scope', async () => {
    // One store at a time holds an office.
    await store.call('close', {});
    const narrow = await openStore(entry, office, { session: { ...SESSION, regions: ['1302'] } });
    const answer = await ask<SearchOutput>(narrow.store, 'search.query', {
      text: '',
      filter: { regions: ['11', '13'] },
      offset: 0,
      limit: 200,
    });
    expect(answer.items.every((item) => item.region === '130205')).toBe(true);
    expect(answer.total).toBe(matching(set, {}, ['1302'], TODAY, pack).length);
    const outside = set.certificate.find((row) => row.public.region === 110105) as FixtureRow;
    expect(await ask(narrow.store, 'records.certificate', { id: outside.id })).toEqual({
      record: null,
      movedTo: null,
    });
    await expect(
      ask(narrow.store, 'search.query', { text: 'x'.repeat(65), filter: {}, offset: 0, limit: 1 }),
    ).rejects.toThrow('INPUT_INVALID');
    await expect(ask(narrow.store, 'app.state', {})).rejects.toThrow('FORBIDDEN');
    await narrow.store.call('close', {});
    const auditor = await openStore(entry, office, { session: { ...SESSION, role: 'auditor' } });
    expect(auditor.state.hasSlice).toBe(false);
    await expect(
      ask(auditor.store, 'search.query', { text: '', filter: {}, offset: 0, limit: 1 }),
    ).rejects.toThrow('FORBIDDEN');
    expect((await auditor.store.call('auditVerify', {})).isIntact).toBe(true);
    await auditor.store.call('close', {});
    ({ store } = await openStore(entry, office));
  });
});
