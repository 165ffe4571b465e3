import { parentChannel } from './parent-channel';
import { StoreProcess } from './store-process';

const channel = parentChannel();
if (channel === undefined) throw new Error('the store process is started by its launcher');
new StoreProcess(channel, __dirname).start();
