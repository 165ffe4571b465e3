import './thread-pool';
import { parentPort } from './process-port';
import { sealedPort } from './sealed-port';
import { serveDevice } from './serve';

const parent = parentPort();
if (parent === undefined) throw new Error('the device process is started by the main process');
serveDevice(sealedPort(parent));
// Leaving in the ordinary way waits for every call under way, and a hung one never returns.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
