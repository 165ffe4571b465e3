import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, enrolDesk } from './desk-rig';

const password = () => new TextEncoder().encode('somebody who left');
const users = [
  { badge: 'A1', name: '王伟', role: 'inspector' as const },
  { badge: 'H1', name: '沈怀谨', role: 'head' as const },
];

let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
beforeAll(async () => {
  central = await startCentral();
  await central.seed({ region: '3304', certificates: 30 });
  ({ rig } = await enrolDesk(central, password(), { region: '3304', users }));
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
});

describe('a person whose work in the office was ended at the centre', () => {
  // Bug: who was dismissed goes on reading people's data wherever nobody removed the slot by hand.
  it('is locked out by the next contact, and comes in no more', async () => {
    const { sync, sessions } = rig.office.demandServices();
    expect(sessions.view?.badge).toBe('A1');
    await central.endPerson('330400', 'A1');
    sync.start();
    await expect.poll(() => sessions.current, { timeout: 30_000 }).toBeNull();
    const opened = await rig.office
      .open({ badge: 'A1', password: password() })
      .catch((error) => error);
    expect(opened).not.toMatchObject({ outcome: 'opened' });
    expect(opened instanceof AppError ? opened.code : opened.outcome).toMatch(/ROLE|STATEMENT/);
    expect(rig.office.demandServices().sessions.current).toBeNull();
  });
});
