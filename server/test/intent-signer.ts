import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Intent,
  intentMessage,
  intentText,
  type SignedIntent,
} from '../../shared/protocol/intents';

/** A person's P-256 key with a certificate of so many days, both made by the openssl program; signs intents. */
export function intentSigner(name: string, days: number): (intent: Intent) => SignedIntent {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-signer-'));
  try {
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key');
    const made = ['-key', 'key', '-out', 'pem', '-days', String(days), '-subj', `/CN=${name}`];
    openssl('req', '-x509', '-new', '-sha256', ...made);
    const key = createPrivateKey(readFileSync(join(folder, 'key')));
    const pem = readFileSync(join(folder, 'pem'), 'latin1');
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/gu, ''), 'base64');
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
