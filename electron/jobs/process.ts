import { setFlagsFromString } from 'node:v8';
import { parentPort } from '../device/process-port';
import { serveJobs } from './serve';

// Work here is streams: what it leaves is collected rather than the heap grown, which saves 100 MB of an export for half as much processor time again.
setFlagsFromString('--optimize-for-size');
const parent = parentPort();
if (parent === undefined) throw new Error('the jobs process is started by the main process');
serveJobs(parent);
