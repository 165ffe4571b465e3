import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Central } from '../central';
import { findOffice, usersOf } from '../store/offices';
import type { SqlClient } from '../store/sql-client';
import { testCentral } from './place';

const CODE = '330600';
const NAME = '绍兴市应急管理局';
const user = (badge: string) => ({ badge, name: `人员${badge}`, role: 'inspector' as const });

let central: Central;
let close: () => Promise<void>;
const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;
const held = () => findOffice(client(), CODE);
const badges = async () => (await usersOf(client(), CODE)).map(({ badge }) => badge);

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 5 }));
  const users = [user('1')];
  await central.createEnrolment({ name: NAME, region: '3306', asksToken: true, users });
});
afterAll(() => close());

describe.sequential('a further device of an office', () => {
  // Bugs: a slip without --ukey takes the U-Key away; a further slip that adds nobody.
  it('adds its people and leaves the office as it is', async () => {
    const before = await held();
    await central.createEnrolment({ name: NAME, region: '3306', users: [user('2')] });
    expect(await held()).toEqual(before);
    expect(before).toMatchObject({ name: NAME, asksToken: true, isPractice: false });
    expect(await badges()).toEqual(['1', '2']);
  });

  // Bugs: another spelling renames the office for every device; --practice by mistake; two offices of a prefecture become one.
  it.each([
    ['its name', { name: '绍兴应急局' }],
    ['practice', { name: NAME, isPractice: true }],
    ['U-Key', { name: NAME, asksToken: false }],
    ['jurisdiction', { name: NAME, jurisdiction: '33' }],
    ['--code', { name: '越城区应急管理局' }],
  ])('is refused where %s differs, with nothing changed', async (said, told) => {
    const before = await held();
    await expect(
      central.createEnrolment({ region: '3306', users: [user('3')], ...told }),
    ).rejects.toThrow(said);
    expect(await held()).toEqual(before);
    expect(await badges()).toEqual(['1', '2']);
  });

  // Bugs: a change that sets back what it does not name; one of an office that is not there, or of nothing, taken for done.
  it('is no way to change it, a change is', async () => {
    await central.changeOffice(CODE, { name: '绍兴市应急局' });
    expect(await held()).toMatchObject({ name: '绍兴市应急局', asksToken: true });
    await central.changeOffice(CODE, { asksToken: false, jurisdiction: '33' });
    const now = { name: '绍兴市应急局', asksToken: false, jurisdiction: '33', isPractice: false };
    expect(await held()).toMatchObject(now);
    await expect(central.changeOffice('330699', { name: '无' })).rejects.toThrow('no office');
    await expect(central.changeOffice(CODE, {})).rejects.toThrow('nothing');
    await expect(central.changeOffice(CODE, { jurisdiction: '3' })).rejects.toThrow('digits');
  });
});
