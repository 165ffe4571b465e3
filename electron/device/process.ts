import { parentPort } from './process-port';
import { sealedPort } from './sealed-port';
import { serveDevice } from './serve';

const parent = parentPort();
if (parent === undefined) throw new Error('the device process is started by the main process');
serveDevice(sealedPort(parent));
