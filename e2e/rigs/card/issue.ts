import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../../../electron/device/test/softhsm-rig';
import type { CardSlot } from './card';

export type KeyType = 'p256' | 'p384' | 'rsa2048' | 'rsa1024';

export interface Issued {
  readonly subject: string;
  readonly type: KeyType;
  /** keyUsage as openssl writes it. */
  readonly usage: string;
  /** Begin and end, days from now. */
  readonly days?: readonly [number, number];
}

const KEY_ARGUMENTS: Readonly<Record<KeyType, readonly string[]>> = {
  p256: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  rsa2048: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa1024: ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
};
let issuedCount = 0;

/** A key and its certificate by the authority of `makeAuthority` in the folder. */
export function issueForCard(folder: string, request: Issued): CardSlot {
  issuedCount += 1;
  const name = `card${issuedCount}`;
  const [begin, end] = request.days ?? [-1, 800];
  openssl(folder, 'genpkey', '-algorithm', ...KEY_ARGUMENTS[request.type], '-out', `${name}.key`);
  const { subject } = request;
  openssl(folder, 'req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
  writeFileSync(
    join(folder, 'ca.cnf'),
    [
      '[ca]',
      'default_ca=here',
      '[here]',
      'database=index.txt',
      'rand_serial=yes',
      'new_certs_dir=.',
      'policy=any',
      'default_md=sha256',
      'unique_subject=no',
      'x509_extensions=leaf',
      '[any]',
      'commonName=supplied',
      'organizationName=optional',
      '[leaf]',
      'basicConstraints=CA:FALSE',
      `keyUsage=critical,${request.usage}`,
    ].join('\n'),
  );
  writeFileSync(join(folder, 'index.txt'), '');
  openssl(
    folder,
    ...[
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-cert',
      'root.pem',
      '-keyfile',
      'root.key',
    ],
    ...['-in', `${name}.csr`, '-out', `${name}.pem`],
    ...['-startdate', asn1Time(begin), '-enddate', asn1Time(end)],
  );
  openssl(folder, 'x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
  return {
    key: createPrivateKey(readFileSync(join(folder, `${name}.key`))),
    certificate: Uint8Array.from(readFileSync(join(folder, `${name}.der`))),
  };
}

function asn1Time(daysFromNow: number): string {
  const iso = new Date(Date.now() + daysFromNow * 86_400_000).toISOString();
  return `${iso.slice(0, 19).replace(/[-:T]/gu, '')}Z`;
}
