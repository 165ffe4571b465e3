import Database from 'sqlcipher';
import { bindingOption } from './binding';
import { parentChannel } from './parent-channel';

// Started only to see whether the native binding loads here: where it does not, it may end its process
// without a word, and this one holds nothing.
const db = new Database(':memory:', bindingOption());
db.prepare('select 1').get();
db.close();
parentChannel()?.postMessage({ loads: true }, () => process.exit(0));
