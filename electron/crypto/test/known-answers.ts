import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { AUDIT_START } from '../../../shared/protocol/audit-chain';
import { openBox, sealBox } from '../../../shared/protocol/sealed-box';
import { openGcm, sealGcm } from '../aead';
import { appendEntry, nextAuditKey } from '../audit-chain';
import { blindColumns } from '../blind-index';
import { deriveFieldKeys } from '../field-keys';
import { argon2 } from '../kdf';
import { createKeyedTagger } from '../keyed-tag';
import { openPerson, sealPersons } from '../sealed-values';
import { createSm3 } from '../sm3';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What fixed keys and values give; must be the same on every engine. Round trips where keys are random. */
export async function knownAnswers(): Promise<Record<string, unknown>> {
  const secret = new Uint8Array(32).fill(7);
  const keys = deriveFieldKeys(secret, 2);
  const people = [
    { idType: 1, idNumber: '65010219900307123X', phone: '13912345678' },
    null,
    { idType: 2, idNumber: '护照É1' },
  ];
  const sealed = sealPersons(people, keys, 5n);
  const tags = blindColumns(people, keys.blind);
  const entry = appendEntry(
    AUDIT_START,
    { atMs: 1, actor: '王', device: 'd', kind: 'k' },
    { a: 1 },
    nextAuditKey(secret),
    secret,
  );
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subtle = webcrypto.subtle;
  const box = await sealBox(
    subtle,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    secret,
    'c',
  );
  const opened = await openBox(
    subtle,
    pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
    box,
    'c',
  );
  return {
    sm3: hex((await createSm3()).hash(secret)),
    sealed: hex(sealed.bytes),
    person: openPerson(sealed.bytes.slice(0, sealed.offsets[1]), keys),
    tags: Object.fromEntries(Object.entries(tags).map(([kind, column]) => [kind, [...column]])),
    keyed: hex((await createKeyedTagger(secret)).column(people)),
    argon2: hex(await argon2(secret, secret.slice(0, 16), { memoryKiB: 256, passes: 3, lanes: 1 })),
    audit: [entry.header, entry.hash, entry.mac],
    gcm: hex(openGcm(secret, sealGcm(secret, secret, 'a'), 'a') ?? new Uint8Array(0)),
    box: opened.ok ? hex(opened.value) : opened.error,
  };
}
