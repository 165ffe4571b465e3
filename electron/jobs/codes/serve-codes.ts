import { z } from 'zod';
import type { CodeFault } from './read-codes';

/** A photograph of a telephone; more is no picture of a code. */
export const MAX_PICTURE_BYTES = 20_000_000;

export const codeRequest = z.strictObject({
  kind: z.literal('codes.read'),
  id: z.int().nonnegative(),
  bytes: z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= MAX_PICTURE_BYTES,
  ),
});

export type CodeEvent =
  | { readonly kind: 'codes.found'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'codes.refused'; readonly id: number; readonly fault: CodeFault };

/** Reads one picture and answers; the decoder is loaded with the first. */
export async function serveCodes(
  { id, bytes }: z.infer<typeof codeRequest>,
  post: (event: CodeEvent) => void,
): Promise<void> {
  const found = await import('./read-codes')
    .then(({ readCodes }) => readCodes(bytes))
    .catch((): CodeFault => 'damaged');
  post(
    typeof found === 'string'
      ? { kind: 'codes.refused', id, fault: found }
      : { kind: 'codes.found', id, texts: found },
  );
}
