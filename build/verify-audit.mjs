// npm run verify-audit -- FILE [--key HEX] [--earlier FILE] [--head NUMBER:HASH] [--trust ROOT.pem]
//
// Checks a log that 证哨 FieldCert wrote (verify-audit.md describes the file). It uses nothing of the product and nothing
// but Node: one file, to be read before it is believed. It ends with 0 when nothing was found, 1 when something was, 2
// for wrong usage.
import { createHash, createHmac, verify, X509Certificate } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';

/** @typedef {{ seq: number, atMs: number, actor: string, device: string, kind: string, prev: string, commitment: string }} Header */
/** @typedef {{ intent: string, alg: string, certificates: string[], sig: string }} Signed */

class Fault extends Error {}
/** @param {string} text @returns {never} */
const fail = (text) => {
  throw new Fault(text);
};
/** @param {...(string | Uint8Array)} parts */
const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
/** @param {string} text */
const bytes = (text) => Buffer.from(text, 'base64');

/**
 * JSON with its keys in order and nothing between: the one form in which a text counts.
 * @param {string} text @param {string} what @returns {Record<string, unknown>}
 */
function canonical(text, what) {
  const value = JSON.parse(text);
  const ordered = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (JSON.stringify(ordered) !== text) fail(`${what} is not in its one form`);
  return value;
}

// --- Signatures ------------------------------------------------------------------------------------------------------

/**
 * The statement that a signature is about, when it holds with the first certificate's key.
 * @param {Signed} signed @param {string} what
 */
function openSigned({ intent, alg, certificates, sig }, what) {
  const der = bytes(certificates[0] ?? '');
  const message = Buffer.from(`fieldcert-intent-v1\n${sha256(der)}\n${intent}`);
  const digest = { ES256: 'sha256', RS256: 'sha256', ES384: 'sha384' }[alg];
  const holds =
    alg === 'SM2'
      ? sm2Holds(pointOf(der), message, bytes(sig))
      : digest !== undefined &&
        verify(digest, message, new X509Certificate(der).publicKey, bytes(sig));
  if (!holds) fail(`${what}: the signature does not hold`);
  return { ...JSON.parse(intent), chain: certificates.map(bytes) };
}

/**
 * Whether each certificate was issued by the next, the last by one of the roots, and all were in force then.
 * @param {Buffer[]} chain @param {X509Certificate[]} roots @param {number} atMs
 */
function isTrusted(chain, roots, atMs) {
  const certificates = chain.map((der) => new X509Certificate(der));
  return certificates.every((one, i) => {
    // A person's certificate issues none, whatever it signed.
    const issuers = [...certificates.slice(i + 1).filter(({ ca }) => ca), ...roots];
    const isInForce = Date.parse(one.validFrom) <= atMs && atMs <= Date.parse(one.validTo);
    return (
      isInForce && issuers.some((issuer) => one.checkIssued(issuer) && isSignedBy(one.raw, issuer))
    );
  });
}

/** Node takes no SM2 identity, and authorities sign certificates with the default one (GM/T 0015). @param {Buffer} der @param {X509Certificate} issuer */
function isSignedBy(der, issuer) {
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING } (RFC 5280, 4.1)
  const tbs = element(der, element(der, 0).body);
  const algorithm = element(der, tbs.end);
  if (!der.subarray(tbs.end, algorithm.end).includes(SM2_WITH_SM3))
    return new X509Certificate(der).verify(issuer.publicKey);
  const signature = element(der, algorithm.end);
  const signed = der.subarray(element(der, 0).body, tbs.end);
  return sm2Holds(pointOf(issuer.raw), signed, der.subarray(signature.body + 1, signature.end));
}
/** OID 1.2.156.10197.1.501 */
const SM2_WITH_SM3 = Buffer.from('06082a811ccf55018375', 'hex');
/** Where an element of DER has its content. @param {Buffer} der @param {number} at */
function element(der, at) {
  const first = der[at + 1] ?? 0;
  const more = first < 0x80 ? 0 : first - 0x80;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  const body = at + 2 + more;
  return { body, end: body + length };
}

// SM2 (GB/T 32918.2, curve of GB/T 32918.5), because Node cannot verify it.
const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
/** @typedef {[bigint, bigint] | null} Point null: the point at infinity */
/** @type {Point} */
const G = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];
/** @param {bigint} value @param {bigint} m */
const mod = (value, m) => ((value % m) + m) % m;
/** Fermat: P is prime. @param {bigint} value */
const inverse = (value) => {
  let [result, base] = [1n, mod(value, P)];
  for (let e = P - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
};
/** @param {Point} a @param {Point} b @returns {Point} */
function add(a, b) {
  if (a === null || b === null) return a ?? b;
  if (a[0] === b[0] && mod(a[1] + b[1], P) === 0n) return null;
  const slope =
    a[0] === b[0]
      ? (3n * a[0] * a[0] + A) * inverse(2n * a[1])
      : (b[1] - a[1]) * inverse(b[0] - a[0]);
  const x = mod(slope * slope - a[0] - b[0], P);
  return [x, mod(slope * (a[0] - x) - a[1], P)];
}
/** @param {bigint} k @param {Point} point @returns {Point} */
function times(k, point) {
  /** @type {Point} */
  let sum = null;
  for (let [rest, base] = [k, point]; rest > 0n; rest >>= 1n, base = add(base, base))
    if (rest & 1n) sum = add(sum, base);
  return sum;
}
/** The key's point in a certificate: the key ends with a BIT STRING of 66 bytes, uncompressed. @param {Buffer} der */
function pointOf(der) {
  const key = new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' });
  const isPoint = key.subarray(-68, -64).equals(Buffer.from('03420004', 'hex'));
  return isPoint ? key.subarray(-64) : fail('a certificate without an SM2 key');
}
/** @param {Buffer} key 64 bytes @param {Buffer} message @param {Buffer} sig DER SEQUENCE{r,s} */
function sm2Holds(key, message, sig) {
  /** @param {Uint8Array} part */
  const number = (part) => BigInt(`0x${Buffer.from(part).toString('hex')}`);
  /** @param {bigint} value */
  const hex = (value) => value.toString(16).padStart(64, '0');
  const q = /** @type {[bigint, bigint]} */ ([
    number(key.subarray(0, 32)),
    number(key.subarray(32)),
  ]);
  if (mod(q[1] * q[1] - q[0] ** 3n - A * q[0] - B, P) !== 0n) return false;
  const rLength = sig[3] ?? 0;
  const r = number(sig.subarray(4, 4 + rLength));
  const s = number(sig.subarray(6 + rLength));
  if (r <= 0n || s <= 0n || r >= N || s >= N) return false;
  const id = Buffer.concat([Buffer.from([0, 128]), Buffer.from('1234567812345678')]);
  const curve = Buffer.from([A, B, ...(G ?? [])].map(hex).join(''), 'hex');
  const z = createHash('sm3').update(id).update(curve).update(key).digest();
  const e = number(createHash('sm3').update(z).update(message).digest());
  const sum = add(times(s, G), times(mod(r + s, N), q));
  return sum !== null && mod(e + sum[0], N) === r;
}

// --- The file --------------------------------------------------------------------------------------------------------

/** Not with readline: it ends a line at U+2028 too, which a note may have inside. @param {string} path */
async function* linesOf(path) {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LONGEST_LINE) fail('a line is longer than any of this form');
  }
  if (rest !== '') yield rest;
}
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * Walks a file from its first entry to its signed end. Throws `Fault` at the first thing that is wrong.
 * @param {string} path @param {{ key?: Buffer, want?: Map<number, string>, roots: X509Certificate[] }} given
 *   want: hashes that some entries must have, by number
 */
async function walk(path, { key, want = new Map(), roots }) {
  let place = { line: 0, seq: 0, hash: '0'.repeat(64) };
  let [first, end, ratchet] = [/** @type {any} */ (null), /** @type {any} */ (null), key];
  let [withheld, elsewhere, untrusted] = [0, 0, 0];
  /** @type {string[]} */
  const signers = [];
  const hashes = new Map([[0, place.hash]]);
  /** @param {any} signed @param {string} what @param {string} device */
  const takeSigned = (signed, what, device) => {
    const said = openSigned(signed, what);
    if (said.type !== 'checkpoint-intent') fail(`${what}: something else was signed`);
    if (said.device !== device) fail(`${what}: signed for device ${said.device}`);
    if (hashes.get(said.seq) !== said.head)
      fail(`${what}: entry ${said.seq} is another than the one that was signed`);
    if (!isTrusted(said.chain, roots, said.atMs)) untrusted++;
    // The name is the signer's own word; the certificate is somebody else's about him.
    const { subject, serialNumber } = new X509Certificate(said.chain[0]);
    signers.push(
      `${said.name} (${said.badge}), entry ${said.seq}, ${new Date(said.atMs).toISOString()},` +
        `\n    with certificate ${serialNumber} of ${subject.replaceAll('\n', ', ')}`,
    );
  };
  for await (const text of linesOf(path)) {
    const line = place.line + 1;
    const value = JSON.parse(text);
    if (end !== null) fail(`line ${line}: something follows the signed end`);
    if (line === 1) {
      first = value;
      if (value.form !== 'fieldcert-audit-1') fail('line 1: not a log of this form');
      place = { ...place, line };
      continue;
    }
    if (value.end !== undefined) {
      end = value.end;
      if (end.seq !== place.seq || end.head !== place.hash)
        fail(`after entry ${place.seq}: the file should end with entry ${end.seq}`);
      takeSigned(value.signed, 'the signed end', first.device);
      const said = JSON.parse(value.signed.intent);
      if (said.seq !== end.seq) fail('the signed end: another entry was signed');
      place = { ...place, line };
      continue;
    }
    const seq = place.seq + 1;
    const what = `entry ${seq} (line ${line})`;
    const { header, mac, payload, salt } = value;
    const entry = /** @type {Header} */ (canonical(header, what));
    if (entry.seq !== seq) fail(`${what}: entry ${entry.seq} stands in its place`);
    if (entry.prev !== place.hash) fail(`${what}: does not follow the entry before it`);
    if ((payload === null) !== (salt === null)) fail(`${what}: half of its content is missing`);
    if (payload === null) withheld++;
    else if (bytes(salt).length !== 32 || sha256(bytes(salt), payload) !== entry.commitment)
      fail(`${what}: its content was changed`);
    const hash = sha256(header);
    if (ratchet !== undefined) {
      const own = createHmac('sha256', ratchet).update(hash, 'hex').digest('hex');
      if (own !== mac) fail(`${what}: written afterwards, or with another key`);
      ratchet = createHash('sha256').update('fieldcert audit ratchet v1').update(ratchet).digest();
    }
    const wanted = want.get(seq);
    if (wanted !== undefined && wanted !== hash) fail(`${what}: another entry was here before`);
    if (entry.device !== first.device) elsewhere++;
    hashes.set(seq, hash);
    place = { line, seq, hash };
    if (entry.kind === 'checkpoint-signed' && payload !== null)
      takeSigned(JSON.parse(payload).signed, what, entry.device);
  }
  if (end === null)
    fail(`after entry ${place.seq}: the signed end is missing, the file was cut off`);
  for (const seq of want.keys())
    if (seq > place.seq)
      fail(`after entry ${place.seq}: there was an entry ${seq} before, the log was rolled back`);
  return { first, ...place, withheld, elsewhere, untrusted, signers };
}

async function main() {
  const [path, ...options] = process.argv.slice(2);
  /** @type {Record<string, string>} */
  const given = {};
  for (let i = 0; i < options.length; i += 2) given[options[i] ?? ''] = options[i + 1] ?? '';
  const known = ['--key', '--earlier', '--head', '--trust'];
  const { '--key': key, '--earlier': earlier, '--head': head, '--trust': trust } = given;
  if (
    path === undefined ||
    Object.entries(given).some(([name, v]) => !known.includes(name) || v === '') ||
    !/^([0-9a-f]{64})?$/i.test(key ?? '') ||
    !/^(\d{1,15}:[0-9a-f]{64})?$/i.test(head ?? '')
  ) {
    console.error(
      'usage: verify-audit FILE [--key HEX] [--earlier FILE] [--head NUMBER:HASH] [--trust ROOT.pem]',
    );
    process.exitCode = 2;
    return;
  }
  const roots = trust === undefined ? [] : [new X509Certificate(readFileSync(trust))];
  /** @type {Map<number, string>} */
  const want = new Map();
  const [number = '', hash = ''] = head?.toLowerCase().split(':') ?? [];
  if (head !== undefined) want.set(Number(number), hash);
  if (earlier !== undefined) {
    const before = await walk(earlier, { roots });
    if ((want.get(before.seq) ?? before.hash) !== before.hash)
      fail(`--earlier and --head name different entries ${before.seq}`);
    want.set(before.seq, before.hash);
  }
  const log = await walk(path, {
    want,
    roots,
    ...(key === undefined ? {} : { key: Buffer.from(key, 'hex') }),
  });
  console.log(
    `Nothing was found. Device ${log.first.device}, office ${log.first.office}: entries 1 to ${log.seq} follow one another.`,
  );
  console.log(`Last entry: ${log.hash}`);
  console.log(
    `Content kept back or past its term: ${log.withheld} entries. Written on other devices: ${log.elsewhere}.`,
  );
  console.log(`Ends that were signed: ${log.signers.length}`);
  for (const signer of log.signers) console.log(`  ${signer}`);
  if (trust === undefined) console.log('Whose certificates signed was not checked: no --trust.');
  else console.log(`Signed by certificates of another root, or out of force: ${log.untrusted}`);
  if (key === undefined)
    console.log(
      'Without --key a log that was written anew as a whole, before it was signed, is not found.',
    );
  if (want.size === 0)
    console.log('Without --earlier or --head a log that was rolled back as a whole is not found.');
  if (trust !== undefined && log.untrusted > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  // Whatever cannot be read is not of the form either.
  console.log(`BROKEN: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
