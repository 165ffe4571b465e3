import { DROP_PIECE_BYTES } from '../../shared/ipc/drop-limits';
import { type Failure, invoke } from './desk';

/** A file that main has now, by the name under which a route takes it. */
export interface SentFile {
  readonly name: string;
  readonly file: string;
}

/**
 * Gives main a file that was dropped, piece by piece: one message with all of it would hold the page's thread while it is
 * copied. Answers what is wrong where it cannot be read any more or main refuses it.
 */
export async function sendFile(
  dropped: File,
  tell: (percent: number) => void,
): Promise<SentFile | Failure> {
  const name = dropped.name.slice(0, 255);
  const file = crypto.randomUUID();
  for (let offset = 0; offset < dropped.size; offset += DROP_PIECE_BYTES) {
    const piece = await bytesOf(dropped.slice(offset, offset + DROP_PIECE_BYTES));
    if (!(piece instanceof Uint8Array)) return { code: piece, params: { name }, ref: '' };
    const answer = await invoke('drops.piece', { file, offset, bytes: piece });
    if (!answer.ok)
      return 'name' in answer.error.params ? { ...answer.error, params: { name } } : answer.error;
    tell(Math.floor((100 * Math.min(dropped.size, offset + piece.length)) / dropped.size));
  }
  return { name, file };
}

/** As long as the process that reads lists waits for a drive. */
const SILENCE_MS = 10_000;

/** Or why not: the file was removed, changed or locked since it was dropped, or its drive gives no answer. */
async function bytesOf(
  piece: Blob,
): Promise<Uint8Array<ArrayBuffer> | 'TABLE_UNREADABLE' | 'TABLE_SILENT'> {
  let timer = 0;
  const silence = new Promise<'TABLE_SILENT'>((resolve) => {
    timer = window.setTimeout(() => resolve('TABLE_SILENT'), SILENCE_MS);
  });
  try {
    const bytes = await Promise.race([piece.arrayBuffer(), silence]);
    return bytes === 'TABLE_SILENT' ? bytes : new Uint8Array(bytes);
  } catch {
    return 'TABLE_UNREADABLE';
  } finally {
    window.clearTimeout(timer);
  }
}
