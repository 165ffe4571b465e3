import { createPublicKey, hash } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { z } from 'zod';
import { keyNameBytes, kidOf } from '../../shared/protocol/compact-code';
import { type CodeIssuer, CodeIssuerSchema } from '../../shared/protocol/national';

/** What a centre hands to other centres: the public keys of its codes. */
const CodeKeyFileSchema = z.strictObject({
  format: z.literal('fieldcert-code-keys'),
  version: z.literal(1),
  /** As the centre calls itself; who adds the keys gives the name that devices show. */
  name: CodeIssuerSchema.shape.name,
  centre: CodeIssuerSchema.shape.centre,
  keys: z
    .array(CodeIssuerSchema.pick({ kid: true, alg: true, key: true }))
    .min(1)
    .max(4),
});
export type CodeKeyFile = z.infer<typeof CodeKeyFileSchema>;

export const kidFor = (alg: CodeIssuer['alg'], key: string): string =>
  kidOf(hash('sha256', keyNameBytes(alg, key), 'buffer'));

/** The file of a centre's own keys. */
export function codeKeyFile(own: readonly CodeIssuer[]): CodeKeyFile {
  const [first] = own;
  if (first === undefined) throw new RangeError('no key of its own');
  const { name, centre } = first;
  const keys = own.map(({ kid, alg, key }) => ({ kid, alg, key }));
  return { format: 'fieldcert-code-keys', version: 1, name, centre, keys };
}

/** Reads another centre's file. Throws RangeError, in words for the operator, for what is none or does not hold together. */
export function readCodeKeyFile(text: string): CodeKeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RangeError('not a file of code keys: no JSON');
  }
  const parsed = CodeKeyFileSchema.safeParse(value);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'its form';
    throw new RangeError(`not a file of code keys: ${where}`);
  }
  const { keys, centre } = parsed.data;
  for (const { alg, key, kid } of keys) {
    if (kidFor(alg, key) !== kid)
      throw new RangeError(`key ${kid} does not belong to the number that it is given`);
    if (!isKey(alg, key)) throw new RangeError(`key ${kid} is no ${alg} key`);
  }
  if (!keys.some(({ kid }) => kid === centre))
    throw new RangeError('the centre is named by none of its keys');
  return parsed.data;
}

/** Whether signatures can be checked by it at all: a point on the curve that the algorithm names. */
function isKey(alg: CodeIssuer['alg'], key: string): boolean {
  try {
    if (alg === 'SM2') return /^04[0-9a-f]{128}$/u.test(key) && sm2.verifyPublicKey(key);
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
      key: Buffer.from(key, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

/** The whole fingerprint of a key, for two people to compare by another way: SHA-256 in groups of four. */
export function fingerprintOf(alg: CodeIssuer['alg'], key: string): string {
  const hex = hash('sha256', keyNameBytes(alg, key)).toUpperCase();
  return (hex.match(/.{4}/gu) ?? []).join(' ');
}
