import { appendFileSync } from 'node:fs';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import type { StoreClient } from '../../electron/store/launcher';
import type { ExportProgress } from '../../shared/ipc/routes/exports';
import { startDeskRig } from './desk-rig';

/** Where the desk's main process dies, and with which Node its other processes run. */
export interface KillPlan {
  readonly userData: string;
  readonly badge: string;
  readonly password: string;
  readonly ticket: string;
  readonly code: string;
  /** Takes a line for each thing that happened: a kill may lose what waits in a channel. */
  readonly notes: string;
  /** A call to the store: killed before it is sent, or when it was answered. */
  readonly call?: readonly ['ticketHold' | 'exportRows' | 'ticketSettle' | 'outboxAppend', When];
  /** A phase that the export tells of. */
  readonly phase?: ExportProgress['phase'];
  /** A Node that dies at a chosen change of the disk. */
  readonly node: string;
}
export type When = 'before' | 'after';

/*
 * One export on a real desk with a ticket that was used up by its code, to be killed on the way.
 */
const plan = JSON.parse(process.argv[2] ?? '{}') as KillPlan;
// What this desk starts runs under that Node; this process itself does not.
process.execPath = plan.node;
const note = (line: string) => appendFileSync(plan.notes, `${line}\n`);
const die = () => process.kill(process.pid, 'SIGKILL');

let isHeld = false;

/** The calls that the plan means: of this export itself, not what its session tells of the ones before it. */
function isMeant(name: string, input: object): boolean {
  if (name !== plan.call?.[0]) return false;
  if (name === 'outboxAppend') return isHeld && 'ledger' in input;
  return isHeld || name === 'ticketHold';
}

const deadly = (store: StoreClient): StoreClient => ({
  ...store,
  call: async (name, input) => {
    if (name === 'ticketHold') {
      isHeld = true;
      note(`trace ${(input as { use: { traceId: string } }).use.traceId}`);
    }
    const mustDie = isMeant(name, input);
    if (mustDie && plan.call?.[1] === 'before') die();
    const answer = await store.call(name, input);
    if (mustDie) die();
    return answer;
  },
});

async function run(): Promise<void> {
  const rig = await startDeskRig(plan.userData, { onStore: deadly });
  const told = rig.events.push.bind(rig.events);
  rig.events.push = (...events) => {
    for (const { name, payload } of events)
      if (name === 'exports.progressed' && (payload as ExportProgress).phase === plan.phase) die();
    return told(...events);
  };
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));
  const opened = await rig.office.open({ badge: plan.badge, password: bytes(plan.password) });
  if (opened.outcome !== 'opened') throw new Error(opened.outcome);
  const { admissions, exports, signing } = rig.office.demandServices();
  const wish = { filter: {}, purposeClass: 'inspection', purpose: '专项检查' } as const;
  await exports.start(() => admissions.byCode(wish, plan.ticket, bytes(plan.code)), 'default');
  while (!rig.signing.isOpen) await new Promise((resolve) => setTimeout(resolve, 50));
  const [choice] = (await signing.choices()).items;
  if (choice === undefined) throw new Error('no training key');
  const { tokenId, keyRef } = choice.shown;
  const answer = await signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
  note(`answer ${answer.outcome}`);
  await rig.close();
}

void run().then(
  () => process.exit(0),
  (error: unknown) => {
    note(`error ${String(error)}`);
    process.exit(1);
  },
);
