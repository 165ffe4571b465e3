import { parentPort } from '../device/process-port';
import { serveJobs } from './serve';

const parent = parentPort();
if (parent === undefined) throw new Error('the jobs process is started by the main process');
serveJobs(parent);
