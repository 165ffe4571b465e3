import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, randomBytes, sign, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regionKeysContext } from '../../../../shared/protocol/endpoints';
import type { RegionKeysStatement } from '../../../../shared/protocol/region-keys';
import { type BoxSubtle, sealBox } from '../../../../shared/protocol/sealed-box';
import { type SignedStatement, signStatement } from '../../../../shared/protocol/signed-statement';
import { KeyRing } from '../../../crypto/key-ring';
import { makeDeviceKey } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import { keysSaid, withNewestKeys } from './keys-statement';
import { openPairs } from './open-pairs';

const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;
const DEVICE = 'D-1';
const region = randomBytes(32);
const own = makeDeviceKey();
const others = makeDeviceKey();
let folder = '';
let office: OfficeFile;

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

const says = (change: Partial<RegionKeysStatement> = {}): RegionKeysStatement => ({
  type: 'region-keys',
  office: '330600',
  device: DEVICE,
  region: '3306',
  keyEpoch: 2,
  pairs: [{ keyEpoch: 2, box: 'AA==' }],
  issuedMs: 2_000,
  ...change,
});

const isSigned = (text: unknown): Promise<SignedStatement> => {
  const key = createPrivateKey(readFileSync(join(folder, 'statements.key')));
  const spki = Buffer.from(openssl('pkey', '-in', 'statements.key', '-pubout', '-outform', 'DER'));
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  return signStatement(kid, text, (bytes) =>
    sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }),
  );
};

async function box(change: object = {}, to = own, context = regionKeysContext(DEVICE)) {
  const text = () => randomBytes(32).toString('base64');
  const keys = { region: '3306', keyEpoch: 2, digestTag: region.toString('base64') };
  const wire = { ...keys, transportPublic: text(), transportPrivate: text(), ...change };
  const plain = Buffer.from(JSON.stringify(wire), 'utf8');
  const spki = new Uint8Array(Buffer.from(to.publicText, 'base64'));
  return Buffer.from(await sealBox(subtle, spki, plain, context)).toString('base64');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-region-keys-'));
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=CA');
  openssl(
    'req',
    '-new',
    ...curve,
    '-keyout',
    'statements.key',
    '-out',
    's.csr',
    '-subj',
    '/CN=statements',
  );
  writeFileSync(join(folder, 'ext'), 'basicConstraints=CA:FALSE\n');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl('x509', '-req', '-in', 's.csr', ...by, '-out', 'statements.pem', '-extfile', 'ext');
  const pem = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8');
  office = {
    deviceId: DEVICE,
    office: { code: '330600', name: '局', region: '3306' },
    ca: pem('ca'),
    statementCertificate: pem('statements'),
  } as OfficeFile;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what the centre says of keys', () => {
  // Would catch: keys from whoever can write office.json or a stick, or those of another device, office or region.
  it('counts only under its signature, and only for this device', async () => {
    const good = await isSigned(says());
    expect(await keysSaid(office, [good])).toEqual(says());
    const forged = { ...good, payload: good.payload.replace('"AA=="', '"BB=="') };
    const foreign: SignedStatement[] = [];
    for (const change of [{ device: 'D-2' }, { office: '330700' }, { region: '3307' }])
      foreign.push(await isSigned(says(change)));
    const torn = await isSigned({ ...says(), pairs: [{ keyEpoch: 1, box: 'AA==' }] });
    const jumping = await isSigned({
      ...says({ keyEpoch: 9 }),
      pairs: [{ keyEpoch: 2, box: 'AA==' }],
    });
    for (const one of [forged, ...foreign, torn, jumping])
      expect(await keysSaid(office, [one])).toBeNull();
    expect(await keysSaid(office, [forged, ...foreign, good, torn, jumping])).toEqual(says());
  });

  // Would catch: an older stick or a backup of office.json that takes keys back which are in use, and a forged claim of a
  // later epoch that keeps the true ones away.
  it('is not taken back by what it said before', async () => {
    const [first, second, ended] = [
      await isSigned(says({ keyEpoch: 1, pairs: [{ keyEpoch: 1, box: 'AA==' }], issuedMs: 1_000 })),
      await isSigned(
        says({
          pairs: [
            { keyEpoch: 1, box: 'AA==' },
            { keyEpoch: 2, box: 'AA==' },
          ],
        }),
      ),
      await isSigned(says({ issuedMs: 3_000 })),
    ];
    const role = await isSigned({ type: 'role' });
    const forged = { ...ended, payload: ended.payload.replaceAll('2', '9') };
    expect(await withNewestKeys(office, [second], [role, first])).toEqual([role, second]);
    expect(await withNewestKeys(office, [second], [role])).toEqual([role, second]);
    expect(await withNewestKeys(office, [ended], [second, role])).toEqual([role, ended]);
    expect(await withNewestKeys(office, [second], [ended, role])).toEqual([ended, role]);
    expect(await withNewestKeys(office, [forged], [role, second])).toEqual([role, second]);
    expect(await withNewestKeys(office, [], [role, first])).toEqual([role, first]);
  });
});

describe('boxes of pairs', () => {
  const session = () => ({
    office,
    keys: new KeyRing({ region, deviceBox: own.privateDer }),
  });

  // Would catch: a box of another device, epoch, region or digest tag that is taken up because a signature is around it,
  // and half of a statement that is.
  it('are taken up whole or not at all', async () => {
    const open = (pairs: RegionKeysStatement['pairs']) => openPairs(session(), says({ pairs }));
    const good = { keyEpoch: 2, box: await box() };
    expect(await open([good])).toMatchObject([{ keyEpoch: 2 }]);
    const bad = {
      box: await box({}, others),
      shape: await box({ transportPrivate: 'short' }),
      'other-region': await box({ region: '3307' }),
      'other-epoch': await box({ keyEpoch: 1 }),
      'other-digest-tag': await box({ digestTag: randomBytes(32).toString('base64') }),
    };
    for (const [fault, text] of Object.entries(bad)) {
      expect(await open([{ keyEpoch: 2, box: text }])).toBe(fault);
      expect(await open([good, { keyEpoch: 3, box: text }])).toBe(fault);
    }
    const moved = await box({}, own, regionKeysContext('D-2'));
    expect(await open([{ keyEpoch: 2, box: moved }])).toBe('box');
  });
});
