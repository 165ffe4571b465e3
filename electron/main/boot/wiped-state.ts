import { readFile } from 'node:fs/promises';
import type { DeskState } from '../../../shared/ipc/routes/app';
import type { WipeRecord } from '../services/wipe/wipe-record';

/** What pages show of a wiped device. */
export async function wipedState(
  record: WipeRecord,
  outboxPath: string,
): Promise<DeskState['wiped']> {
  const { deviceId: device, office, by, receipt, isDelivered, isDone } = record;
  return {
    isDone,
    atMs: record.doneMs ?? record.startedMs,
    device,
    office,
    directive: by.directive,
    persons: [...by.persons],
    receipt: receipt === null ? 'lost' : isDelivered ? 'delivered' : 'to-hand-in',
    outbox: await outboxFacts(outboxPath),
  };
}

/** Lines of the sealed outbox that are commands; null where there is no file. */
async function outboxFacts(path: string): Promise<NonNullable<DeskState['wiped']>['outbox']> {
  try {
    const text = await readFile(path, 'utf8');
    const commands = text.split('\n').filter((line) => line.startsWith('{"actor"')).length;
    return { commands, bytes: Buffer.byteLength(text) };
  } catch {
    return null;
  }
}
