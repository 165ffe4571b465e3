import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY_PATHS = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];

/** A SoftHSM2 token in a folder of its own, with P-256, RSA, expired and encryption-only identities of an openssl CA. */
export interface SoftHsmRig {
  readonly libraryPath: string;
  readonly folder: string;
  readonly rootPem: string;
  readonly pin: string;
  /** CKA_ID in hex of each identity. */
  readonly keys: {
    readonly ec: string;
    readonly rsa: string;
    readonly expired: string;
    readonly noSign: string;
  };
  /** Puts a certificate over an RSA key of 1,024 bits on it. */
  addWeak(): void;
  unplug(): void;
  replug(): void;
  remove(): void;
}

/** The SoftHSM2 library of this machine. Throws when the package is not installed: the tests need it. */
export function softHsmLibrary(): string {
  const found = LIBRARY_PATHS.find(existsSync);
  if (found === undefined) throw new Error('softhsm2 is not installed');
  return found;
}

/** Runs openssl quietly and returns its output. */
export function openssl(folder: string, ...args: string[]): string {
  return execFileSync('openssl', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Makes the token, whose first certificate has the badge in it where one is given; sets SOFTHSM2_CONF of this process, which the library reads when it is initialised. */
export function makeSoftHsm(pin = '246810', badge?: string): SoftHsmRig {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-hsm-'));
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens);
  const config = join(folder, 'softhsm2.conf');
  writeFileSync(
    config,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  process.env.SOFTHSM2_CONF = config;
  run(
    'softhsm2-util',
    '--init-token',
    '--free',
    '--label',
    'office',
    '--pin',
    pin,
    '--so-pin',
    '13579135',
  );
  makeAuthority(folder);
  const keys = { ec: '01', rsa: '02', expired: '03', noSign: '04' };
  const usage = 'digitalSignature,nonRepudiation,keyAgreement,keyEncipherment';
  const subject = `/O=Office/CN=Wang Wei${badge === undefined ? '' : `/serialNumber=${badge}`}`;
  addIdentity(folder, pin, { name: 'ec', id: keys.ec, subject, usage });
  addIdentity(folder, pin, { name: 'rsa', id: keys.rsa, subject: '/CN=Li Na', usage });
  addIdentity(folder, pin, {
    name: 'expired',
    id: keys.expired,
    subject: '/CN=Old',
    usage,
    isExpired: true,
  });
  addIdentity(folder, pin, {
    name: 'nosign',
    id: keys.noSign,
    subject: '/CN=Enc',
    usage: 'keyEncipherment',
  });
  const away = `${tokens}.away`;
  return {
    libraryPath: softHsmLibrary(),
    folder,
    rootPem: join(folder, 'root.pem'),
    pin,
    keys,
    addWeak: () =>
      addIdentity(folder, pin, { name: 'weak', id: '05', subject: '/CN=Zhao Lei', usage }),
    unplug: () => renameSync(tokens, away),
    replug: () => renameSync(away, tokens),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A root and an issuing authority below it: root.pem/key, ca.pem/key in the folder. */
export function makeAuthority(folder: string): void {
  openssl(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'root.key');
  openssl(
    folder,
    ...[
      'req',
      '-x509',
      '-new',
      '-key',
      'root.key',
      '-subj',
      '/CN=Test Root',
      '-days',
      '3650',
      '-out',
      'root.pem',
    ],
    ...[
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    ],
  );
}

export interface IdentityRequest {
  readonly name: string;
  readonly subject: string;
  readonly usage: string;
  readonly isExpired?: boolean;
  /** Further lines of the extension file. */
  readonly extensions?: string;
}

/** A key and its certificate under the folder's root: `<name>.key`, `<name>.pem`, `<name>.der`. */
export function issueIdentity(folder: string, request: IdentityRequest): void {
  const { name, subject, usage } = request;
  const bits = { rsa: 2048, weak: 1024 }[name];
  const algorithm =
    bits === undefined
      ? ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
      : ['RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
  openssl(folder, 'genpkey', '-algorithm', ...algorithm, '-out', `${name}.key`);
  openssl(folder, 'req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
  writeFileSync(
    join(folder, `${name}.ext`),
    `basicConstraints=CA:FALSE\nkeyUsage=critical,${usage}\n${request.extensions ?? ''}`,
  );
  const days = request.isExpired === true ? ['-days', '-1'] : ['-days', '800'];
  openssl(
    folder,
    ...[
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-CAcreateserial',
    ],
    ...[...days, '-extfile', `${name}.ext`, '-out', `${name}.pem`],
  );
  openssl(folder, 'x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

/** A key of the token with a certificate under the authority that the folder has now. */
export function addIdentity(
  folder: string,
  pin: string,
  request: IdentityRequest & { readonly id: string },
): void {
  const { name, id } = request;
  issueIdentity(folder, request);
  openssl(folder, 'pkey', '-in', `${name}.key`, '-outform', 'DER', '-out', `${name}.key.der`);
  const login = ['--module', softHsmLibrary(), '--login', '--pin', pin, '--token-label', 'office'];
  const second = name === 'rsa' || name === 'weak' ? '--usage-decrypt' : '--usage-derive';
  run(
    'pkcs11-tool',
    ...[...login, '--write-object', join(folder, `${name}.key.der`), '--type', 'privkey'],
    ...['--id', id, '--label', name, '--usage-sign', second],
  );
  run(
    'pkcs11-tool',
    ...[
      ...login,
      '--write-object',
      join(folder, `${name}.der`),
      '--type',
      'cert',
      '--id',
      id,
      '--label',
      name,
    ],
  );
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}
