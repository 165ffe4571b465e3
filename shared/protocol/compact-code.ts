import { z } from 'zod';
import { base45FromBytes, bytesFromBase45 } from '../kernel/base45';
import { utf8Bytes } from '../kernel/bytes';
import { type Cbor, cborBytes, cborValue } from '../kernel/cbor';
import { err, ok, type Result } from '../kernel/result';

/**
 * The compact signed code of an e-certificate: what a QR code carries so that anybody in the country can check it
 * offline. Field by field in server/national/FORMAT.md.
 *
 *   text = "FC1:" base45(COSE_Sign1)                       RFC 9285, RFC 9052; fits alphanumeric QR codes
 *   COSE_Sign1 = [protected, {}, payload, signature]        no tag: the prefix says what it is
 *   protected = {1: alg, 4: kid (8 bytes)}                  alg -7 ES256; -65537 SM2 with SM3 (private use)
 *   payload = {1: id, 2: name, 3: kind, 4: category?, 5: valid from, 6: valid to, 7: review due?, 8: photo?, 9: made}
 */
export const CODE_PREFIX = 'FC1:';
/** A version 25 code at level M holds as much; longer ones no scanner on a telephone reads well. */
export const MAX_CODE_TEXT = 1_200;
const MAX_CODE_BYTES = 800;

export const CODE_ALGORITHMS = { ES256: -7, SM2: -65_537 } as const;
export type CodeAlgorithm = keyof typeof CODE_ALGORITHMS;

const Day = z.number().int().min(0).max(73_050);
/** What is signed: no ID number, no phone, no number made of an ID. Days since 1970-01-01, Asia/Shanghai. */
export const CodeClaimsSchema = z.strictObject({
  /** Opaque id of the certificate at its issuing authority. */
  id: z.number().int().positive(),
  name: z.string().min(1).max(80),
  kind: z.number().int().min(1).max(99),
  category: z.number().int().positive().max(100_000).optional(),
  validFrom: Day,
  validTo: Day,
  reviewDue: Day.optional(),
  /** First 16 bytes of the SHA-256 of the holder's photo. */
  photo: z
    .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 16)
    .optional(),
  /** The day the code was made. */
  made: Day,
});
export type CodeClaims = z.infer<typeof CodeClaimsSchema>;

const FIELDS = [
  'id',
  'name',
  'kind',
  'category',
  'validFrom',
  'validTo',
  'reviewDue',
  'photo',
  'made',
] as const;

/** A code taken apart; nothing of it is believed before its signature is checked over `signed`. */
export interface CompactCode {
  readonly alg: CodeAlgorithm;
  /** 16 hex digits. */
  readonly kid: string;
  readonly claims: CodeClaims;
  readonly signed: Uint8Array;
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array;
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The Sig_structure of RFC 9052 section 4.4: context, protected header, no external data, payload. */
function signedBytes(head: Uint8Array, payload: Uint8Array): Uint8Array {
  return cborBytes(['Signature1', head, new Uint8Array(0), payload]);
}

function payloadOf(claims: CodeClaims): Uint8Array {
  const map = new Map<number, Cbor>();
  for (const [i, field] of FIELDS.entries()) {
    const value = claims[field];
    if (value !== undefined) map.set(i + 1, value);
  }
  return cborBytes(map);
}

/** Makes a code. `kid`: 8 bytes. Throws TypeError for claims that are none or a signature that is not r ‖ s. */
export async function makeCode(
  claims: CodeClaims,
  { alg, kid }: { readonly alg: CodeAlgorithm; readonly kid: Uint8Array },
  sign: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const payload = payloadOf(CodeClaimsSchema.parse(claims));
  const head = cborBytes(
    new Map<number, Cbor>([
      [1, CODE_ALGORITHMS[alg]],
      [4, kid],
    ]),
  );
  const signature = await sign(signedBytes(head, payload));
  if (signature.length !== 64 || kid.length !== 8) throw new TypeError('code: key or signature');
  const text = CODE_PREFIX + base45FromBytes(cborBytes([head, new Map(), payload, signature]));
  if (text.length > MAX_CODE_TEXT) throw new TypeError('code: too long');
  return text;
}

/** Takes a code apart. Bounded, one reading only; `malformed` for anything else. */
export function readCode(text: string): Result<CompactCode, 'malformed' | 'algorithm'> {
  if (!text.startsWith(CODE_PREFIX) || text.length > MAX_CODE_TEXT) return err('malformed');
  const body = text.slice(CODE_PREFIX.length);
  // A space belongs to the alphabet, and hands and clipboards take it off the end.
  const bytes = bytesFromBase45(
    body.padEnd(Math.ceil(body.length / 3) * 3 - (body.length % 3 === 2 ? 1 : 0), ' '),
  );
  if (!bytes.ok || bytes.value.length > MAX_CODE_BYTES) return err('malformed');
  const outer = cborValue(bytes.value);
  if (!outer.ok || !Array.isArray(outer.value) || outer.value.length !== 4) return err('malformed');
  const [head, open, payload, signature] = outer.value as readonly Cbor[];
  const isFormed =
    head instanceof Uint8Array &&
    open instanceof Map &&
    open.size === 0 &&
    payload instanceof Uint8Array &&
    signature instanceof Uint8Array &&
    signature.length === 64;
  if (!isFormed) return err('malformed');
  const fields = cborValue(head);
  if (!fields.ok || !(fields.value instanceof Map) || fields.value.size !== 2)
    return err('malformed');
  const kid = fields.value.get(4);
  if (!(kid instanceof Uint8Array) || kid.length !== 8) return err('malformed');
  const alg = (Object.keys(CODE_ALGORITHMS) as CodeAlgorithm[]).find(
    (name) => CODE_ALGORITHMS[name] === (fields.value as ReadonlyMap<number, Cbor>).get(1),
  );
  if (alg === undefined) return err('algorithm');
  const claims = claimsOf(payload);
  if (claims === undefined) return err('malformed');
  return ok({ alg, kid: hex(kid), claims, signed: signedBytes(head, payload), signature });
}

function claimsOf(payload: Uint8Array): CodeClaims | undefined {
  const value = cborValue(payload);
  if (!value.ok || !(value.value instanceof Map)) return undefined;
  const found: Record<string, Cbor> = {};
  for (const [key, field] of value.value as ReadonlyMap<number, Cbor>) {
    const name = FIELDS[key - 1];
    if (name === undefined) return undefined;
    found[name] = field;
  }
  const parsed = CodeClaimsSchema.safeParse(found);
  return parsed.success ? parsed.data : undefined;
}

/** The bytes of a kid of 16 hex digits. */
export function kidBytes(kid: string): Uint8Array {
  return Uint8Array.from(kid.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** First 8 bytes of the SHA-256 of a key name the key; the hash is the caller's. */
export const kidOf = (sha256: Uint8Array): string => hex(sha256.subarray(0, 8));

/** What the key hash is taken of: algorithm and key, so that one key never goes by two names. */
export const keyNameBytes = (alg: CodeAlgorithm, key: string): Uint8Array =>
  utf8Bytes(`fieldcert-code-key\n${alg}\n${key}`);
