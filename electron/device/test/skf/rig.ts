import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyRefOf } from '../../drivers/skf/containers';
import type { SkfProfile } from '../../drivers/skf/profile';
import { openssl } from '../softhsm-rig';

const APPLICATION = 'FieldCert';
/** A Chinese name as tokens carry it: bytes of GBK, which are no UTF-8. */
const GBK_CONTAINER = Buffer.from('b2e2cad4', 'hex');
const ID = ['-sigopt', 'distid:1234567812345678'];
const REQUEST_ID = ['-vfyopt', 'distid:1234567812345678'];

/** A software token behind a real SKF library (`token.c`), in a folder of its own. */
export interface SkfRig {
  readonly profile: SkfProfile;
  readonly folder: string;
  /** The SM2 authority that issued every certificate of the token. */
  readonly rootPem: string;
  readonly rootDer: Uint8Array;
  readonly pin: string;
  readonly keys: {
    readonly sm2: string;
    readonly sm2Enc: string;
    readonly rsa: string;
    readonly rsaEnc: string;
    readonly expired: string;
    readonly noSign: string;
    /** Its certificate belongs to another key. */
    readonly foreign: string;
  };
  unplug(): void;
  /** Plugs the token in again, under another handle than before. */
  replug(): void;
  /** How the library misbehaves from now on (see token.c); without a name it behaves. */
  misbehave(name?: string, number?: number): void;
  triesLeft(): number;
  setTries(left: number): void;
  /** Whether the login was dropped since the last question. */
  wasCleared(): boolean;
  remove(): void;
}

/**
 * Compiles the library with the given ULONG, for this machine's programs or for 32-bit ones, and makes a token with
 * identities of an SM2 and an RSA authority.
 */
export function makeSkfToken(
  ulongBytes: 4 | 8,
  serial = 'GM20261126',
  machine: 'own' | 'ia32' = 'own',
): SkfRig {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-skf-'));
  const token = join(folder, 'token');
  const ca = join(folder, 'ca');
  mkdirSync(join(token, APPLICATION), { recursive: true });
  mkdirSync(ca);
  const libraryPath = join(token, 'libtoken.so');
  compile(libraryPath, ulongBytes, machine === 'ia32');
  const write = (name: string, text: string) => writeFileSync(join(token, name), text);
  let plugging = 1;
  const plug = () => write('present', `plugging ${plugging}`);
  write('serial', serial);
  write('pin', '135790');
  write('tries', '6');
  plug();
  makeRoot(ca);
  const add = (container: Buffer, which: 'sign' | 'enc', identity: Identity): string => {
    issue(ca, identity);
    const place = Buffer.concat([Buffer.from(`${join(token, APPLICATION)}/`), container]);
    mkdirSync(place, { recursive: true });
    const into = (end: string) => Buffer.concat([place, Buffer.from(`/${which}.${end}`)]);
    copyFileSync(join(ca, 'key.pem'), into('key'));
    copyFileSync(join(ca, 'cert.der'), into('cer'));
    const application = Buffer.from(APPLICATION);
    return keyRefOf({ application, container, isSigning: which === 'sign' });
  };
  const signing = 'digitalSignature,nonRepudiation';
  const enciphering = 'keyEncipherment,dataEncipherment,keyAgreement';
  const keys = {
    sm2: add(GBK_CONTAINER, 'sign', { subject: '/O=Office/CN=Wang Wei', usage: signing }),
    sm2Enc: add(GBK_CONTAINER, 'enc', { subject: '/O=Office/CN=Wang Wei', usage: enciphering }),
    rsa: add(Buffer.from('rsa'), 'sign', { subject: '/CN=Li Na', usage: signing, isRsa: true }),
    rsaEnc: add(Buffer.from('rsa'), 'enc', {
      subject: '/CN=Li Na',
      usage: enciphering,
      isRsa: true,
    }),
    expired: add(Buffer.from('old'), 'sign', {
      subject: '/CN=Old',
      usage: signing,
      isExpired: true,
    }),
    noSign: add(Buffer.from('nosign'), 'sign', { subject: '/CN=Enc', usage: enciphering }),
    foreign: add(Buffer.from('foreign'), 'sign', { subject: '/CN=Foreign', usage: signing }),
  };
  newKey(ca, 'sm2');
  copyFileSync(join(ca, 'key.pem'), join(token, APPLICATION, 'foreign', 'sign.key'));
  return {
    profile: {
      name: 'software token',
      libraryPath,
      pinLength: { min: 6, max: 16 },
      application: APPLICATION,
    },
    folder,
    rootPem: join(ca, 'root.pem'),
    rootDer: Uint8Array.from(readFileSync(join(ca, 'root.der'))),
    pin: '135790',
    keys,
    unplug: () => rmSync(join(token, 'present')),
    replug: () => {
      plugging += 1;
      plug();
    },
    misbehave: (name, number) => {
      if (name === undefined) rmSync(join(token, 'switch'), { force: true });
      else write('switch', number === undefined ? name : `${name} ${number}`);
    },
    triesLeft: () => Number(readFileSync(join(token, 'tries'), 'utf8')),
    setTries: (left) => write('tries', String(left)),
    wasCleared: () => {
      const isCleared = existsSync(join(token, 'cleared'));
      rmSync(join(token, 'cleared'), { force: true });
      return isCleared;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compile(libraryPath: string, ulongBytes: 4 | 8, isIa32: boolean): void {
  // Node exports OpenSSL's names: without its own, hidden copy the library would call into Node's.
  const alone = ['-l:libcrypto.a', '-Wl,--exclude-libs,ALL', '-Wl,-Bsymbolic', '-ldl', '-lpthread'];
  // Playwright loads this as CommonJS, which has no import.meta.
  const root = process.env.FIELDCERT_APP ?? process.cwd();
  const source = join(root, 'electron/device/test/skf/token.c');
  execFileSync('gcc', [
    ...(isIa32 ? ia32() : []),
    ...['-shared', '-fPIC', '-O1', '-fvisibility=hidden'],
    ...[`-DSKF_ULONG=uint${ulongBytes * 8}_t`, '-o', libraryPath, source, ...alone],
  ]);
}

/** Debian's OpenSSL for i386, which the launcher fetched (build/runtime/libcrypto-ia32.mjs). */
function ia32(): string[] {
  const home = process.env.FIELDCERT_LIBCRYPTO_IA32;
  if (home === undefined) throw new Error('FIELDCERT_LIBCRYPTO_IA32 is not set: run npm test');
  const of = (folder: string) => join(home, 'usr', folder, 'i386-linux-gnu');
  const include = ['-isystem', join(home, 'usr/include'), '-isystem', of('include')];
  return ['-m32', ...include, `-L${of('lib')}`];
}

interface Identity {
  readonly subject: string;
  readonly usage: string;
  readonly isRsa?: boolean;
  readonly isExpired?: boolean;
}

function newKey(ca: string, kind: 'sm2' | 'rsa', file = 'key.pem'): void {
  const algorithm =
    kind === 'rsa'
      ? ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
      : ['EC', '-pkeyopt', 'ec_paramgen_curve:SM2'];
  openssl(ca, 'genpkey', '-algorithm', ...algorithm, '-out', file);
}

function makeRoot(ca: string): void {
  newKey(ca, 'sm2', 'root.key');
  openssl(
    ca,
    ...['req', '-x509', '-new', '-key', 'root.key', '-sm3', ...ID, '-subj', '/CN=SM2 Root'],
    ...['-days', '3650', '-out', 'root.pem', '-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  openssl(ca, 'x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
}

/** A key and its certificate under the SM2 root: key.pem, cert.der. */
function issue(ca: string, { subject, usage, isRsa = false, isExpired = false }: Identity): void {
  newKey(ca, isRsa ? 'rsa' : 'sm2');
  const own = isRsa ? ['-sha256'] : ['-sm3', ...ID];
  openssl(ca, 'req', '-new', '-key', 'key.pem', ...own, '-subj', subject, '-out', 'request.pem');
  writeFileSync(join(ca, 'ext'), `basicConstraints=CA:FALSE\nkeyUsage=critical,${usage}\n`);
  openssl(
    ca,
    ...['x509', '-req', '-in', 'request.pem', ...(isRsa ? [] : REQUEST_ID)],
    ...['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-sm3', ...ID],
    ...[
      '-days',
      isExpired ? '-1' : '800',
      '-extfile',
      'ext',
      '-outform',
      'DER',
      '-out',
      'cert.der',
    ],
  );
}
