import { MAX_RECEIPT_BYTES } from '../../../shared/protocol/export-receipt';

/** A file as it was dropped. */
interface DroppedFile {
  readonly name: string;
  readonly size: number;
}

/** A receipt is a small JSON file, whatever somebody called it; the signature of a record is one too, and no receipt. */
const isReceipt = ({ name, size }: DroppedFile): boolean =>
  size <= MAX_RECEIPT_BYTES && /\.json$/iu.test(name) && !/\.signature\.json$/iu.test(name);

/** What of the files that were dropped together is to be verified, and the centre's receipt for it. */
export function droppedParts<F extends DroppedFile>(
  files: readonly F[],
): { readonly file: F | undefined; readonly receipt: F | undefined } {
  return {
    file: files.find((file) => !isReceipt(file)),
    receipt: files.find(isReceipt),
  };
}
