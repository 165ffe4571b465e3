import { parentChannel } from './parent-channel';
import { StoreProcess } from './store-process';
import { wholeMessages } from './whole-messages';

const channel = parentChannel();
if (channel === undefined) throw new Error('the store process is started by its launcher');
new StoreProcess(wholeMessages(channel), __dirname).start();
