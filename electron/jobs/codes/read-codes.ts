import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { sniff } from '../../../shared/domain/attachment/sniff';

/** Codes of one picture at most; more is a sheet, not a certificate. */
export const MAX_CODES = 4;
/** `type`: no JPEG or PNG; `pixels`: a picture that would take too much memory; `damaged`: it does not decode. */
export type CodeFault = 'type' | 'pixels' | 'damaged';

let isReady: Promise<unknown> | undefined;

/** ZXing-C++ in WebAssembly, from the package on the disk: nothing is fetched. */
function ready(): Promise<unknown> {
  isReady ??= Promise.resolve(
    prepareZXingModule({
      overrides: {
        wasmBinary: new Uint8Array(
          readFileSync(createRequire(__filename).resolve('zxing-wasm/reader/zxing_reader.wasm')),
        ).buffer,
      },
      fireImmediately: true,
    }),
  );
  return isReady;
}

/** The texts of the QR codes in a picture (ISO/IEC 18004), or why it cannot be read. An error in a code counts as none. */
export async function readCodes(bytes: Uint8Array): Promise<readonly string[] | CodeFault> {
  const found = sniff(bytes);
  if (typeof found === 'string') return found;
  if (found.mime === 'pdf') return 'type';
  await ready();
  const results = await readBarcodes(bytes, {
    formats: ['QRCode'],
    tryHarder: true,
    maxNumberOfSymbols: MAX_CODES,
    textMode: 'Plain',
  });
  // The library tells of an undecodable picture by a result without a format.
  if (results.some(({ isValid, format }) => !isValid && String(format) === '')) return 'damaged';
  return results.filter(({ isValid }) => isValid).map(({ text }) => text);
}
