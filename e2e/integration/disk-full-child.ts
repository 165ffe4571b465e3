import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDeskRig } from './desk-rig';

/*
 * A desk whose data lie on a small disk that only this process and its children see: it synchronises while the disk is
 * almost full, then once more when there is room, and says after each what it has.
 */
const [, , disk = '', address = '', code = ''] = process.argv;

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const password = () => new TextEncoder().encode('wang-wei-2026');
/** What a new desk needs to be enrolled, before the first row. */
const LEFT_BYTES = 1_200_000;

const userData = join(disk, 'desk');
await mkdir(userData);
const rig = await startDeskRig(userData);
await rig.office.enrol({ address, code, password: password() });
const { bavail, bsize } = await statfs(disk);
const ballast = join(disk, 'ballast');
await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)));

async function sync(): Promise<void> {
  const { sync: service, store } = rig.office.demandServices();
  service.start();
  await service.settled();
  const status = await service.status();
  const audit = await store.call('auditVerify', {});
  say({
    run: status.runs[0]?.outcome,
    // The run itself may find no room to be noted.
    failures: rig.logged.filter((line) => line.startsWith('sync failed')),
    proof: status.proof.state,
    hasSlice: status.hasSlice,
    certificates: status.counts.certificate ?? 0,
    isIntact: audit.isIntact,
  });
}

await sync();
await rm(ballast);
await sync();
await rig.office.lock('person');
const again = await rig.office.open({ badge: 'A1024', password: password() });
say({ reopened: again.outcome });
await rig.close();
process.exit(0);
