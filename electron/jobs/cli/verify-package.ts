import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isoFromDay } from '../../../shared/kernel/day';
import { PRACTICE_POLICY_OID } from '../../../shared/protocol/practice-policy';
import { DATA_FILES, isRecordFile } from '../package/layout';
import { parseRevocationList } from '../package/revocation-list';
import { isSignedRecord } from '../package/signed-record-name';
import { type Open, sentenceOf, statementOf } from '../package/statement';
import type { Verdict, VerificationReport } from '../package/verify';
import { verifyFile } from '../package/verify-document';

const USAGE =
  'usage: verify-package FILE [--trust ROOT.pem]... [--crl LIST]... [--tickets CA.pem]... [--receipt FILE] [--seconds N]   FILE: a sealed package, one signed PDF, or the .signature.json beside the files of a record';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  valid: 'VALID: intact, signed, issued under a trusted root',
  'unknown-issuer':
    'INTACT, UNKNOWN ISSUER: whole and signed; who issued the certificate is not established',
  practice: '练习·无效力 PRACTICE, WITHOUT EFFECT: intact, signed with a practice key',
  encrypted:
    'ENCRYPTED: only the recipient can look into it; decrypt it first, then check the package',
  unsigned:
    'NOT SIGNED: nobody’s signature is in it; nothing is proven, and nothing was found wrong',
  unsupported:
    'NOT JUDGED: signed by another program or several times, in a form that is not judged here; nothing is proven, and nothing was found changed',
  invalid: 'INVALID: do not rely on this package',
};

/** Beyond this a file is given up: a genuine package of the largest size takes far less. */
const DEFAULT_SECONDS = 600;
const MAX_SECONDS = 86_400;

/** Nothing failed, and nothing is proven. */
const UNPROVEN: readonly Verdict[] = ['unsigned', 'unsupported'];

/** By which option what is open may be established. */
const MORE: Partial<Record<Open, string>> = {
  issuer: '--trust ROOT.pem (of who issued the certificate)',
  revocation: '--crl LIST (of the issuer, newer than the signature)',
  ticket: '--tickets CA.pem (of the centre)',
  time: '--receipt FILE (of the centre)',
};

interface Arguments {
  readonly file: string;
  readonly trust: readonly string[];
  readonly lists: readonly string[];
  /** Authorities of the servers whose export tickets count. */
  readonly tickets: readonly string[];
  /** The centre's countersignature, at most one. */
  readonly receipts: readonly string[];
  readonly seconds: number;
}

/** Checks a package from the command line: 0 when nothing failed, 1 when something did, nobody signed it or it is not judged here, 2 for wrong usage. */
async function main(values: readonly string[]): Promise<number> {
  const parsed = parseArguments(values);
  if (parsed === undefined) {
    console.error(USAGE);
    return 2;
  }
  const trustRoots = parsed.trust.flatMap(readRoots);
  const revocationLists = parsed.lists.map(readList);
  const ticketRoots = parsed.tickets.flatMap(readRoots);
  const [receipt] = parsed.receipts.map((path) => new Uint8Array(readFileSync(path)));
  const options = {
    trustRoots,
    revocationLists,
    ticketRoots,
    signal: AbortSignal.timeout(parsed.seconds * 1_000),
    ...(receipt === undefined ? {} : { receipt }),
  };
  const report = await verifyFile(parsed.file, options).catch((error: unknown) => {
    if (!options.signal.aborted) throw error;
    throw new Error(
      `GIVEN UP after ${parsed.seconds} seconds: nothing is proven; do not rely on this file (--seconds N waits longer)`,
    );
  });
  printReport(report);
  printCommands(parsed, report);
  console.log(`\n${VERDICTS[report.verdict]}`);
  console.log(sentenceOf(report));
  printMore(report);
  return !UNPROVEN.includes(report.verdict) && report.checks.every((check) => check.ok) ? 0 : 1;
}

/** What else could be told, where it is only that nothing was given to tell it by. */
function printMore(report: VerificationReport): void {
  const more = statementOf(report).open.flatMap((code) => MORE[code] ?? []);
  if (more.length > 0) console.log(`To establish more, give: ${more.join(', ')}`);
}

function printReport(report: VerificationReport): void {
  for (const check of report.checks) {
    const mark = check.ok ? (check.isNotice ? 'note' : ' ok ') : 'FAIL';
    console.log(`[${mark}] ${check.id.padEnd(20)} ${check.detail}`);
  }
  const { manifest, signer, signingTimeMs } = report;
  if (manifest !== undefined) {
    console.log(`\ntrace      ${manifest.traceId}   code ${manifest.verificationCode}`);
    console.log(`office     ${manifest.office.name} (${manifest.office.code})`);
    console.log(`requester  ${manifest.requester.name} ${manifest.requester.badge}`);
    console.log(`purpose    ${manifest.purpose}`);
    if (manifest.board !== undefined)
      console.log(`board      ${isoFromDay(manifest.board.day)}, ${manifest.scope.description}`);
    console.log(`data as of ${new Date(manifest.dataAsOfMs).toISOString()}`);
    const { notBeforeMs, notAfterMs } = report;
    const bounds = [
      ...(notBeforeMs === undefined ? [] : [`not before ${new Date(notBeforeMs).toISOString()}`]),
      ...(notAfterMs === undefined ? [] : [`not after ${new Date(notAfterMs).toISOString()}`]),
    ];
    const claim =
      signingTimeMs === undefined ? 'not stated' : new Date(signingTimeMs).toISOString();
    console.log(`signed     ${claim} (${["the signer's claim", ...bounds].join('; ')})`);
  }
  if (report.reviewer !== undefined) console.log(`reviewer   ${report.reviewer.subject}`);
  if (signer !== undefined)
    console.log(`signer     ${signer.subject}, ${signer.algorithm}, no. ${signer.serial}`);
}

function printCommands({ file, trust }: Arguments, report: VerificationReport): void {
  const root = trust[0] ?? 'ROOT.pem';
  console.log('\nThe same by hand:');
  if (report.checks.some(({ id }) => id === 'document' || id === 'foreign')) {
    if (isSignedRecord(file)) {
      console.log(
        `  sha256sum *   # in its folder; compare with "files" of the signed intent in ${quote(file)}`,
      );
      return;
    }
    console.log(`  pdfsig ${quote(file)}   # issuers: pdfsig -nssdir with the roots imported`);
    return;
  }
  if (report.envelope !== undefined) {
    console.log(
      `  openssl cms -decrypt -binary -inform DER -in ${quote(file)} -recip CERT.pem -inkey KEY.pem -out package.zip`,
    );
    return;
  }
  console.log(`  unzip ${quote(file)} -d package && cd package`);
  if (report.signer?.algorithm === 'SM2') {
    console.log(
      '  openssl asn1parse -inform DER -in manifest.p7s   # SM2: openssl cms cannot check the default ID',
    );
  } else {
    console.log(
      `  openssl cms -verify -binary -cades -content manifest.json -inform DER -in manifest.p7s -CAfile ${quote(root)} -purpose any -out /dev/null`,
    );
    if (report.reviewer !== undefined)
      console.log(
        `  openssl cms -verify -binary -cades -content manifest.json -inform DER -in review.p7s -CAfile ${quote(root)} -purpose any -out /dev/null`,
      );
    console.log('  pdfsig -nocert report.pdf');
  }
  const files = report.manifest?.files
    .map(({ path }) => path)
    .filter((path) => !isRecordFile(path));
  const listed = (files ?? [...DATA_FILES]).join(' ');
  console.log(`  sha256sum ${listed}          # compare with manifest.json`);
  console.log(`  openssl dgst -sm3 ${listed}`);
  console.log(
    `  openssl pkcs7 -inform DER -in manifest.p7s -print_certs -text | grep ${PRACTICE_POLICY_OID}   # found: practice, without effect`,
  );
}

function parseArguments(values: readonly string[]): Arguments | undefined {
  const files: string[] = [];
  const named = {
    '--trust': [] as string[],
    '--crl': [] as string[],
    '--tickets': [] as string[],
    '--receipt': [] as string[],
    '--seconds': [] as string[],
  };
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? '';
    if (
      value === '--trust' ||
      value === '--crl' ||
      value === '--tickets' ||
      value === '--receipt' ||
      value === '--seconds'
    ) {
      index += 1;
      const path = values[index];
      if (path === undefined) return undefined;
      named[value].push(path);
    } else if (value.startsWith('--')) return undefined;
    else files.push(value);
  }
  const [file] = files;
  if (file === undefined || files.length > 1 || named['--receipt'].length > 1) return undefined;
  const [stated = `${DEFAULT_SECONDS}`, ...further] = named['--seconds'];
  const seconds = /^\d{1,5}$/u.test(stated) ? Number(stated) : 0;
  if (further.length > 0 || seconds < 1 || seconds > MAX_SECONDS) return undefined;
  return {
    file,
    trust: named['--trust'],
    lists: named['--crl'],
    tickets: named['--tickets'],
    receipts: named['--receipt'],
    seconds,
  };
}

/** A revocation list, PEM or DER; one that cannot be read is said at once. */
function readList(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const pem = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/u.exec(
    bytes.toString('latin1'),
  );
  const der =
    pem === null ? new Uint8Array(bytes) : new Uint8Array(Buffer.from(pem[1] ?? '', 'base64'));
  parseRevocationList(der);
  return der;
}

function readRoots(path: string): Uint8Array[] {
  const text = readFileSync(path, 'latin1');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu);
  const sources = blocks ?? [readFileSync(path)];
  return sources.map((source) => new Uint8Array(new X509Certificate(source).raw));
}

function quote(path: string): string {
  return /^[\w./-]+$/u.test(path) ? path : `'${path.replace(/'/gu, `'\\''`)}'`;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
