import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskName } from '../../../shared/domain/name/mask';
import { dossierRoutes } from '../../../shared/ipc/routes/dossiers';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { StoreClient } from '../launcher';
import { bruteBoard, matching } from './brute';
import { SESSION } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore, RULE_PACK } from './rig';
import { type FixtureRow, makeSet, TODAY } from './rows';

const parsed = parseRulePack(RULE_PACK);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;
const SCOPES = SESSION.regions;
const set = makeSet(600, 21);

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;

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

async function companyOf(client: StoreClient, id: number) {
  return dossierRoutes['records.company'].output.parse(await ask(client, 'records.company', { id }))
    .company;
}
async function personOf(client: StoreClient, id: number) {
  return dossierRoutes['records.person'].output.parse(await ask(client, 'records.person', { id }))
    .person;
}

describe('files of companies and persons', () => {
  // Would catch: a company's figures that differ from its list or its board, a rate over other people's certificates.
  it('adds a company up as a count by hand does', async () => {
    for (const { id } of set.company) {
      const company = await companyOf(store, id);
      const own = matching(set, { company: id }, SCOPES, TODAY, pack);
      const { total, byStatus, within, renewal, kinds } = bruteBoard(
        set,
        { company: id },
        SCOPES,
        TODAY,
        pack,
      );
      const inForce = own.filter(({ answer }) =>
        ['valid', 'expiring', 'review-due'].includes(answer.status),
      );
      const holderOf = new Map(set.certificate.map((row) => [row.id, row.public.holder]));
      const persons = (rows: typeof own) =>
        new Set(rows.map(({ row }) => holderOf.get(row.id))).size;
      expect({
        ...company,
        kinds: company?.kinds.map((one) => [one.kind, one.total]),
      }).toMatchObject({
        total,
        byStatus,
        within,
        renewal,
        holders: persons(own),
        certified: persons(inForce),
        kinds: kinds.map((one) => [one.kind, one.total]),
      });
      expect(company?.kinds.reduce((sum, one) => sum + one.inForce, 0)).toBe(inForce.length);
      const late = own.filter(({ answer }) => answer.status === 'review-overdue').length;
      expect(company?.reviews.late).toBe(late);
    }
  });

  // Would catch: somebody else's certificate in a person's file, one that is missing, an unmasked name, hours of another
  // certificate.
  it("has all of a person's certificates, masked", async () => {
    const held = new Map<number, number[]>();
    for (const row of set.certificate) {
      const holder = Number(row.public.holder);
      held.set(holder, [...(held.get(holder) ?? []), row.id]);
    }
    for (const row of set.person.slice(0, 120)) {
      const own = held.get(row.id) ?? [];
      const person = await personOf(store, row.id);
      if (own.length === 0) {
        expect(person).toBeNull();
        continue;
      }
      expect(person?.certificates.map(({ item }) => item.id).sort()).toEqual([...own].sort());
      expect(person?.name).toBe(maskName(String(row.public.name)));
      expect(JSON.stringify(person)).not.toContain(String(row.private?.idNumber));
      for (const { item, exam, hoursDone } of person?.certificates ?? []) {
        expect(item.personId).toBe(row.id);
        const kind = set.certificate.find(({ id }) => id === item.id)?.public.kind;
        const exams = set.exam.filter(
          ({ public: one }) =>
            one.person === row.id && one.kind === kind && (one.category ?? null) === item.category,
        );
        expect(exam === null).toBe(exams.length === 0);
        expect(hoursDone).toBeGreaterThanOrEqual(0);
      }
    }
  });

  // Would catch: a file that shows what lies outside the scope, by the page or by the log.
  it('keeps to role and scope, and is logged', async () => {
    const before = (await store.call('auditVerify', {})).entries;
    await companyOf(store, 4096);
    await personOf(store, Number(set.certificate[0]?.public.holder));
    expect((await store.call('auditVerify', {})).entries).toBe(before + 2);
    await store.call('close', {});
    const narrow = await openStore(entry, office, { session: { ...SESSION, regions: ['1302'] } });
    for (const company of set.company) {
      const inScope = matching(set, { company: company.id }, ['1302'], TODAY, pack).length;
      const answer = await companyOf(narrow.store, company.id);
      const isOwn = String(company.public.region).startsWith('1302');
      expect(answer?.total ?? 0).toBe(inScope);
      expect(answer === null).toBe(inScope === 0 && !isOwn);
    }
    const outside = set.certificate.find((row) => row.public.region === 110105) as FixtureRow;
    const seen = await personOf(narrow.store, Number(outside.public.holder));
    expect(seen?.certificates.map(({ item }) => item.id) ?? []).not.toContain(outside.id);
    await narrow.store.call('close', {});
    ({ store } = await openStore(entry, office));
  });
});
