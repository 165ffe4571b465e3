import { type ControlReceipt, ReceiptLineSchema } from '../../shared/protocol/control';
import { OutboxCommandSchema } from '../../shared/protocol/outbox';
import { type Device, findDevice } from '../store/devices';
import type { ReceivedCommand } from '../store/outbox';
import { type OutboxParts, takeCommands } from '../sync/outbox';
import { takeReceipt } from './receipts';

/** What a handed-in outbox brought. */
export interface ImportedOutbox {
  readonly device: string;
  readonly commands: number;
  /** By verdict of the server, repetitions with the verdict of the first time. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** The file says that the device was wiped, signed by its control key. */
  readonly isWiped: boolean;
  /** Lines that are neither: the last one of a device that lost its power while writing. */
  readonly unreadable: number;
}

const MAX_FILE_CHARACTERS = 512 * 1024 * 1024;
const COMMANDS_AT_ONCE = 100;

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Takes any number of commands, some at a time; how many got which verdict. */
export async function takeCommandsInTurn(
  parts: OutboxParts,
  device: Device,
  commands: readonly ReceivedCommand[],
): Promise<Readonly<Record<string, number>>> {
  const verdicts: Record<string, number> = {};
  for (let from = 0; from < commands.length; from += COMMANDS_AT_ONCE) {
    const answer = await takeCommands(parts, device, commands.slice(from, from + COMMANDS_AT_ONCE));
    for (const { verdict } of answer.verdicts) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
  return verdicts;
}

/**
 * Takes the sealed outbox of a device from its file, as if the device had sent it: every command is
 * checked for its signature and place in the chain, and a repetition changes nothing. Throws RangeError
 * for a file of no device, or of several.
 */
export async function importOutbox(parts: OutboxParts, text: string): Promise<ImportedOutbox> {
  if (text.length > MAX_FILE_CHARACTERS) throw new RangeError('the file is too large');
  const values = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
  const commands: ReceivedCommand[] = [];
  const receipts: ControlReceipt[] = [];
  let unreadable = 0;
  for (const value of values) {
    const command = OutboxCommandSchema.safeParse(value);
    const line = ReceiptLineSchema.safeParse(value);
    if (command.success) commands.push(command.data);
    else if (line.success) receipts.push(line.data.receipt);
    else unreadable++;
  }
  const ids = new Set([...commands, ...receipts].map(({ device }) => device));
  const [id] = ids;
  if (id === undefined || ids.size > 1) throw new RangeError('not the outbox of one device');
  const device = await findDevice(parts.client, id);
  if (device === undefined) throw new RangeError(`no device ${id}`);
  const verdicts = await takeCommandsInTurn(parts, device, commands);
  let isWiped = false;
  for (const receipt of receipts) {
    const isTaken = await parts.client.transaction((runner) =>
      takeReceipt(runner, device, receipt, parts.nowMs()),
    );
    if (isTaken && receipt.outcome === 'wiped') isWiped = true;
    if (!isTaken) unreadable++;
  }
  return { device: id, commands: commands.length, verdicts, isWiped, unreadable };
}
