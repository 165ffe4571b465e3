import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isListed, readCascade } from '../../shared/domain/national/cascade';
import { itemKey } from '../../shared/domain/national/mix';
import type { Central } from '../central';
import { filterOf } from '../store/national';
import type { SqlClient } from '../store/sql-client';
import { testCentral } from './place';

const OFFICE = '330600';
let central: Central;
let client: SqlClient;
let close: () => Promise<void>;

interface Held {
  readonly id: number;
  readonly slice: number;
  readonly company: number | null;
  readonly issuer: number;
}

/** Which of the certificates the newest filter names. */
async function listedIn(all: readonly Held[]): Promise<readonly number[]> {
  const [row] = await client.query<{ sha256: string }>(
    `select encode(sha256(filter), 'hex') as sha256 from national order by seq desc limit 1`,
  );
  const cascade = readCascade((await filterOf(client, row?.sha256 ?? '')) ?? new Uint8Array());
  if (!cascade.ok) throw new Error(cascade.error);
  const { centre } = central.national.ownKeys();
  return all.map(({ id }) => id).filter((id) => isListed(cascade.value, itemKey(centre, id)));
}

async function inForce(): Promise<readonly Held[]> {
  const rows = await client.query<{ id: number; slice: number; company: number; issuer: number }>(
    'select id, slice, c_company as company, c_issuer as issuer from e_certificate where c_base_status = 1 order by id',
  );
  return rows.map(({ id, slice, company, issuer }) => ({
    id: Number(id),
    slice: Number(slice),
    company: company === null ? null : Number(company),
    issuer: Number(issuer),
  }));
}

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 60, '3301': 60 }));
  ({ client } = (central as unknown as { parts: { client: SqlClient } }).parts);
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  await central.createEnrolment({ name: '绍兴局', region: '3306', isPractice: true, users });
});
afterAll(() => close());

describe('the national filter', () => {
  // Bug: a certificate that its own region has under verification reads "genuine" in every other region; a mark of a group
  // that lists certificates of another region under the same number; one that stays after its lift.
  it('names what is under verification, by certificate and by group, until it is lifted', async () => {
    const all = await inForce();
    const own = all.filter(({ slice }) => slice === 3306);
    const grouped = own.find(({ company }) => company !== null);
    const named = own.find(({ company }) => company !== grouped?.company);
    if (grouped?.company == null || named === undefined) throw new Error('data');
    await central.national.publish();
    expect(await listedIn(all)).toEqual([]);

    const marks = [
      await central.marks.mark(OFFICE, { certificates: [named.id] }, '待查'),
      await central.marks.mark(OFFICE, { by: 'company', id: grouped.company }, '待查'),
    ];
    const { listed } = await central.national.publish();
    const expected = own.filter(
      ({ id, company }) => id === named.id || company === grouped.company,
    );
    expect(await listedIn(all)).toEqual(expected.map(({ id }) => id));
    expect(listed).toBeGreaterThanOrEqual(expected.length);

    for (const { mark } of marks) await central.marks.lift(mark.id, '核查结束');
    const byIssuer = await central.marks.mark(OFFICE, { by: 'issuer', id: named.issuer }, '待查');
    await central.national.publish();
    const issued = own.filter(({ issuer }) => issuer === named.issuer);
    expect(await listedIn(all)).toEqual(issued.map(({ id }) => id));
    await central.marks.lift(byIssuer.mark.id, '核查结束');
  });
});
