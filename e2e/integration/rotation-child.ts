import { startDeskRig } from './desk-rig';

/*
 * A desk in a process of its own, to be killed: opens the office in the given folder, in which a rotation is
 * under way, and says when it works.
 */
const [, , folder = '', badge = '', password = ''] = process.argv;

const rig = await startDeskRig(folder);
await rig.office.open({ badge, password: new TextEncoder().encode(password) });
const { rotation } = rig.office.demandServices();
await rotation.resume();
process.stdout.write('working\n');
await rotation.settled();
await rig.close();
process.exit(0);
