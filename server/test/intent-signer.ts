import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Intent,
  intentMessage,
  intentText,
  type SignedIntent,
} from '../../shared/protocol/intents';

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];
const SIGNER = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation'];
const SEALER = ['basicConstraints=CA:FALSE', 'keyUsage=critical,keyEncipherment'];

export type IntentSigner = (intent: Intent) => SignedIntent;

const run = (folder: string, ...args: readonly string[]) =>
  execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

function derOf(folder: string): Buffer {
  const pem = readFileSync(join(folder, 'pem'), 'latin1');
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/gu, ''), 'base64');
}

/** Signs with the key and the certificate of a folder; what lies between it and a root comes along. */
function signerOf(folder: string): IntentSigner {
  const key = createPrivateKey(readFileSync(join(folder, 'key')));
  const der = derOf(folder);
  const certificate = createHash('sha256').update(der).digest('hex');
  return (intent) => {
    const text = intentText(intent);
    return {
      intent: text,
      alg: 'ES256',
      certificates: [der.toString('base64')],
      sig: sign('sha256', intentMessage(certificate, text), key).toString('base64'),
    };
  };
}

function within<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-signer-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A person's P-256 key with a certificate of so many days, both made by the openssl program; signs intents. */
export function intentSigner(name: string, days: number): IntentSigner {
  return within((folder) => {
    run(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key');
    const made = ['-key', 'key', '-out', 'pem', '-days', String(days), '-subj', `/CN=${name}`];
    run(folder, 'req', '-x509', '-new', '-sha256', ...made);
    return signerOf(folder);
  });
}

/** One key with two certificates, as renewals leave them: signs with the one or the other. */
export function renewedSigner(name: string): readonly [IntentSigner, IntentSigner] {
  return within((folder) => {
    run(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key');
    const issue = () => {
      const made = ['-key', 'key', '-out', 'pem', '-days', '800', '-subj', `/CN=${name}`];
      run(folder, 'req', '-x509', '-new', '-sha256', ...made);
      return signerOf(folder);
    };
    return [issue(), issue()] as const;
  });
}

/** An authority of the openssl program, and what it issues. */
export function signingAuthority(name: string): {
  readonly root: Uint8Array;
  readonly issue: (person: string, days: number, use?: 'sign' | 'seal') => IntentSigner;
} {
  return within((folder) => {
    run(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key');
    const extensions = CA.flatMap((one) => ['-addext', one]);
    const made = ['-key', 'key', '-out', 'pem', '-days', '9000', '-subj', `/CN=${name}`];
    // The extensions of the request alone: the configuration of the system would add its own.
    writeFileSync(join(folder, 'cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
    run(folder, 'req', '-config', 'cnf', '-x509', '-new', '-sha256', ...made, ...extensions);
    const [caKey, caPem] = ['key', 'pem'].map((file) => readFileSync(join(folder, file)));
    return {
      root: new Uint8Array(derOf(folder)),
      issue: (person, days, use = 'sign') =>
        within((own) => {
          writeFileSync(join(own, 'ca.key'), caKey ?? '');
          writeFileSync(join(own, 'ca.pem'), caPem ?? '');
          writeFileSync(join(own, 'ext'), (use === 'sign' ? SIGNER : SEALER).join('\n'));
          run(own, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key');
          run(own, 'req', '-new', '-key', 'key', '-subj', `/CN=${person}`, '-out', 'csr');
          const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'ext'];
          const how = ['-in', 'csr', '-out', 'pem', '-sha256', '-days', String(days)];
          run(own, 'x509', '-req', ...how, ...by);
          return signerOf(own);
        }),
    };
  });
}
