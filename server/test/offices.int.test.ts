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

  // Bug: a head's second laptop, enrolled in the form's first role, makes the head an inspector on every device; a misspelt name likewise.
  it('takes a person who is known as they are, and changes nobody', async () => {
    const users = () => usersOf(client(), CODE);
    const before = await users();
    const again = { name: NAME, region: '3306' };
    await central.createEnrolment({ ...again, users: [user('1')] });
    for (const [other, said] of [
      [{ ...user('1'), role: 'head' as const }, '1 is 人员1, inspector, not 人员1, head'],
      [{ ...user('2'), name: '人员二' }, '2 is 人员2, inspector, not 人员二, inspector'],
    ] as const)
      await expect(
        central.createEnrolment({ ...again, users: [user('4'), other] }),
      ).rejects.toThrow(said);
    expect(await users()).toEqual(before);
  });

  // Bugs: no way to another role at all; one that adds a person nobody enrolled; a change that is done by half.
  it('is no way to another role, a change of the office is', async () => {
    const users = () => usersOf(client(), CODE);
    const [first, second] = await users();
    const one = { ...user('1'), name: '沈一', role: 'head' as const };
    await expect(
      central.changeOffice(CODE, { asksToken: false, users: [one, user('9')] }),
    ).rejects.toThrow('nobody of badge 9');
    expect([await users(), (await held())?.asksToken]).toEqual([[first, second], true]);
    await central.changeOffice(CODE, { users: [one] });
    expect(await users()).toEqual([{ ...first, ...one }, second]);
    await central.changeOffice(CODE, { users: [user('1')] });
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

describe.sequential('a person who left', () => {
  // Bugs: a role that is stated on and on; somebody who cannot come back; the end of a person whom nobody knows.
  it('is stated no role any more, and may be taken in again', async () => {
    const users = () => usersOf(client(), CODE);
    const before = await users();
    await expect(central.endPerson(CODE, 'nobody')).rejects.toThrow('nobody of badge nobody');
    await central.endPerson(CODE, '2');
    expect(await badges()).toEqual(before.map(({ badge }) => badge).filter((one) => one !== '2'));
    await expect(central.endPerson(CODE, '2')).rejects.toThrow('nobody of badge 2');
    const again = { ...user('2'), role: 'head' as const };
    const { name = '' } = (await held()) ?? {};
    await central.createEnrolment({ name, region: '3306', users: [again] });
    expect((await users()).find(({ badge }) => badge === '2')).toMatchObject({ role: 'head' });
  });
});
