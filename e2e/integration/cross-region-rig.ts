import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import type { GrantScope } from '../../shared/domain/cross-region/scope';
import type { Role } from '../../shared/domain/model';
import { dayInShanghai } from '../../shared/kernel/day';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, enrolDesk } from './desk-rig';

export const CROSS_TODAY = dayInShanghai(Date.now());
/** The other region. */
export const CROSS_TARGET = {
  region: '3302',
  certificates: 300,
  seed: 'cross',
  today: CROSS_TODAY,
};
export const CROSS_SCOPE: GrantScope = {
  regions: ['3302'],
  kinds: [],
  people: [],
  days: 5,
  fields: ['history', 'training'],
  mayExport: false,
};
export const crossPassword = () => new TextEncoder().encode('cross-region 2026');

export const servicesOf = (rig: DeskRig) => rig.office.demandServices();

/** A whole run: what waits goes up, and what the centre says comes down. */
export async function runCross(rig: DeskRig): Promise<void> {
  const { sync, crossRegion } = servicesOf(rig);
  await sync.settled();
  crossRegion.standings.forget();
  sync.start();
  await sync.settled();
}

/** The code of the error that a work ends with. */
export const codeOf = (work: Promise<unknown>) =>
  work.then(
    (value) => `no error: ${JSON.stringify(value)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );

export async function requestOf(rig: DeskRig, request: string) {
  const list = await servicesOf(rig).crossRegion.list();
  const found = list.requests.find((it) => it.request === request);
  if (found === undefined) throw new Error('the request is not listed');
  return found;
}

/** Signs what waits in the window with the practice key, as often as asked; answers what the window showed. */
export async function signShown(rig: DeskRig): Promise<readonly string[]> {
  const { signing } = servicesOf(rig);
  let shown: readonly string[] = [];
  // Without a test runner's own poll: integration and end-to-end tests share it.
  for (const until = Date.now() + 120_000; shown.length === 0; ) {
    if (Date.now() > until) throw new Error('no signing window opened');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const words = await Promise.resolve()
      .then(() => signing.request('zh-CN'))
      .catch(() => null);
    shown = words?.rows.map(({ value }) => value) ?? [];
  }
  const [choice] = (await signing.choices()).items;
  const { tokenId = '', keyRef = '' } = choice?.shown ?? {};
  const pin = new TextEncoder().encode(PRACTICE_PIN);
  const { outcome } = await signing.confirm(tokenId, keyRef, pin);
  if (outcome !== 'signed') throw new Error(`not signed: ${outcome}`);
  return shown;
}

/** Decides as the page does; what was decided waits in the outbox. */
export async function decideSigned(
  rig: DeskRig,
  request: string,
  decision: 'approved' | 'refused',
  narrowed: Partial<Omit<GrantScope, 'people'>> = {},
): Promise<readonly string[]> {
  const { crossRegion } = servicesOf(rig);
  const note = decision === 'refused' ? '依据文件与检查事项不符' : '';
  const decided = crossRegion.decide({ request, decision, note, narrowed: narrowed as never });
  // What is refused before its window opens says so at once.
  const unsigned = decided.then(() => {
    throw new Error('decided without a signature');
  });
  const shown = await Promise.race([signShown(rig), unsigned]);
  unsigned.catch(() => undefined);
  await decided;
  return shown;
}

/** A centre with two regions, and desks of an asking office and of a superior authority. */
export async function startCross() {
  const central = await startCentral();
  const rigs: DeskRig[] = [];
  await central.seed({ region: '3306', certificates: 30, seed: 'own', today: CROSS_TODAY });
  await central.seed(CROSS_TARGET);
  const desk = async (
    badge: string,
    role: Role,
    office: { readonly code: string; readonly jurisdiction?: string },
  ) => {
    const users = [{ badge, name: `人员${badge}`, role }];
    const { rig } = await enrolDesk(central, crossPassword(), {
      region: '3306',
      users,
      ...office,
    });
    rigs.push(rig);
    await runCross(rig);
    return rig;
  };
  const close = async () => {
    for (const rig of rigs) await rig.close();
    await central.close();
  };
  const asking = { code: '330600' };
  const above = { code: '330000', jurisdiction: '33' };
  return {
    central,
    close,
    asker: await desk('1001', 'inspector', asking),
    head: await desk('1002', 'head', asking),
    superior: await desk('9001', 'approver', above),
    /** A second approver, for what takes two. */
    besides: () => desk('9002', 'approver', above),
  };
}
