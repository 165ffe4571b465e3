import { Keyslots } from '../../electron/crypto/keyslots';

/*
 * Changes a key in every slot of a keyslot file again and again, and says each time that it is done; to be killed.
 */
const [, , path = '', first = '1'] = process.argv;

async function run(): Promise<void> {
  const slots = await Keyslots.open(path);
  const opened = await slots?.openSlot({
    badge: 'H1',
    password: Buffer.from('口令 1234'),
    machine: new Uint8Array(32).fill(9),
  });
  if (slots === undefined || !opened?.ok) throw new Error('the slots do not open');
  for (let nth = Number(first); ; nth++) {
    const key = new Uint8Array(32).fill(nth % 251);
    await slots.changeKeys(opened.value, { journalNext: key });
    process.stdout.write(`done ${nth}\n`);
  }
}

void run();
