import { parentChannel } from '../parent-channel';
import { wholeMessages } from '../whole-messages';
import { EmergencyProcess } from './emergency-process';

const channel = parentChannel();
if (channel === undefined) throw new Error('the emergency reader is started by its launcher');
new EmergencyProcess(wholeMessages(channel)).start();
