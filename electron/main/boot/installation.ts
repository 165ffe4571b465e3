import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../shared/errors/app-error';
import { parseRulePack } from '../../../shared/protocol/rule-pack';

/** The newest shipped rule pack. A pack that does not pass its golden set stops the start. */
export function loadRulePack(resources: string): RulePack {
  const folder = join(resources, 'rule-packs');
  const name = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .at(-1);
  if (name === undefined) throw new AppError('RULE_PACK_REFUSED', { pack: '' }, 'none shipped');
  const parsed = parseRulePack(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  if (parsed.ok) return parsed.value;
  throw new AppError('RULE_PACK_REFUSED', { pack: name }, JSON.stringify(parsed.error));
}

/** Shipped authorities under which packages count as genuine, as DER. */
export function loadTrustRoots(resources: string): readonly Uint8Array[] {
  const folder = join(resources, 'trust-roots');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => new Uint8Array(new X509Certificate(readFileSync(join(folder, name))).raw));
}

/** DER revocation lists beside the trust roots (`*.crl`, DER). */
export function loadRevocationLists(resources: string): readonly Uint8Array[] {
  const folder = join(resources, 'trust-roots');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.crl'))
    .map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

const KNOWN_PKCS11 = [
  '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
  '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so',
  '/Library/OpenSC/lib/opensc-pkcs11.so',
  'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
];

/**
 * PKCS#11 libraries of installed middleware, after those that a source checkout names.
 */
export function pkcs11Libraries(named: readonly string[]): readonly string[] {
  return [...named, ...KNOWN_PKCS11.filter((path) => existsSync(path))];
}
