import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY_NAMES, KeyRing } from '../../../electron/crypto/key-ring';
import { Keyslots } from '../../../electron/crypto/keyslots';
import { openssl } from '../../../electron/device/test/softhsm-rig';
import { prepareExport } from '../../../electron/jobs/package/builder';
import { makeBatches, makeMeta } from '../../../electron/jobs/test/package-rig';
import { ticketAuthority } from '../../../electron/jobs/test/ticket-rig';
import { DeviceClient } from '../../../electron/main/clients/device-client';
import { JobsClient } from '../../../electron/main/clients/jobs-client';
import { diagnoseKeys } from '../../../electron/main/services/tokens/diagnose';
import {
  makeTokenSecret,
  openTokenSecret,
} from '../../../electron/main/services/tokens/token-secret';
import { signingChoices } from '../../../electron/main/services/tokens/tokens';
import { unlockKeys } from '../../../electron/main/services/tokens/unlock-keys';
import { childLink } from '../../integration/child-link';
import { appPath } from '../../integration/desk-rig';
import { Card } from '../card/card';
import type { KeyType } from '../card/issue';
import { CARD_PIN, makeCard } from '../card/rig-card';
import { type ReaderService, startReaderService } from './reader-service';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-desk-'));
const WAIT = { timeout: 60_000, interval: 200 };
const READER = 'Virtual PCD';
let service: ReaderService;
beforeAll(async () => {
  service = await startReaderService();
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pin = (text = CARD_PIN) => new TextEncoder().encode(text);
const fileIn = (name: string) => mkdtempSync(join(folder, name));

/** The U-Key process as main has it, looking into the readers of our pcscd, and what it told. */
function connect(binary?: string) {
  const told = { changes: 0 };
  const device = new DeviceClient(
    () => childLink(appPath('dist/device/device.cjs'), binary, service.env),
    () => ({
      pkcs11Libraries: [],
      skfProfiles: [],
      cardReaders: ['pcsc-piv'],
      isPracticeOffice: false,
    }),
    () => {
      told.changes += 1;
    },
  );
  return { device, told };
}

async function certificateOf(device: DeviceClient, tokenId: string): Promise<Uint8Array> {
  const certs = await device.call('certs', { tokenId });
  const found = certs.ok ? certs.value.find(({ keyRef }) => keyRef === '9c') : undefined;
  if (found === undefined) throw new Error(JSON.stringify(certs));
  return found.der;
}

const idOf = (guidByte: number) => `piv:${Buffer.alloc(16, guidByte).toString('hex')}`;
const TYPES: readonly [KeyType, string | undefined][] = [
  ['p256', undefined],
  ['p384', undefined],
  ['rsa2048', process.env.FIELDCERT_ELECTRON],
];

for (const [index, [type, binary]] of TYPES.entries()) {
  describe(`a PIV card with ${type} at the desk, under ${binary === undefined ? 'Node' : 'Electron'}`, () => {
    const place = fileIn(type);
    const tokenId = idOf(0x40 + index);
    let card: Card;
    const { device } = connect(binary);
    beforeAll(async () => {
      card = makeCard(place, type, 0x40 + index);
      await service.insert(card);
    });
    afterAll(() => {
      device.stop();
      service.pull();
    });

    // Bug: exports by this driver are accepted by our verifier only, or signed over another digest than CMS names.
    it('seals a package that openssl, pdfsig and qpdf accept, and none of them when a byte is changed', async () => {
      const der = await certificateOf(device, tokenId);
      const prepared = await prepareExport({
        rows: makeBatches(40),
        meta: makeMeta(),
        stagingDir: join(place, 'staging'),
        certificates: [der],
        signal: new AbortController().signal,
      });
      const begun = await device.call('beginSigning', { tokenId, keyRef: '9c', pin: pin() });
      if (!begun.ok) throw new Error(JSON.stringify(begun.failure));
      const { signingId } = begun.value;
      const sign = async (digest: Uint8Array) => {
        const signed = await device.call('signNext', {
          signingId,
          digest: Uint8Array.from(digest),
        });
        if (!signed.ok) throw new Error(JSON.stringify(signed.failure));
        return signed.value;
      };
      const first = await sign(prepared.pdfDigest ?? new Uint8Array());
      const second = await sign(await prepared.embedPdfSignature(first));
      await device.call('endSigning', { signingId });
      const { path } = await prepared.finish(second, join(place, 'sealed.zip'));
      const run = (command: string) =>
        execFileSync('sh', ['-c', `cd '${place}/open' && ${command} 2>&1`], { encoding: 'utf8' });
      execFileSync('unzip', ['-q', path, '-d', join(place, 'open')]);
      const verify =
        'openssl cms -verify -binary -cades -inform DER -in manifest.p7s -CAfile ../root.pem -purpose any -out /dev/null -content';
      expect(run(`${verify} manifest.json`)).toContain('CAdES Verification successful');
      expect(run('pdfsig -nocert report.pdf')).toContain('Signature is Valid');
      expect(run('qpdf --check report.pdf')).toContain('No syntax or stream encoding errors');
      expect(() =>
        run(`sed 's/a/b/' manifest.json > changed.json && ${verify} changed.json`),
      ).toThrow();
      expect(
        run(`sed 's/obj/obk/' report.pdf > changed.pdf; pdfsig -nocert changed.pdf || true`),
      ).not.toContain('Signature is Valid');
      openssl(place, 'x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
      const root = readFileSync(join(place, 'root.der'));
      const jobs = new JobsClient(() => childLink(appPath('dist/jobs/jobs.cjs')));
      const lists = { revocationLists: [], ticketRoots: [ticketAuthority().rootDer] };
      const roots = [Uint8Array.from(root)];
      expect((await jobs.verify(path, { roots, ...lists })).verdict).toBe('valid');
      expect((await jobs.verify(path, { roots: [], ...lists })).verdict).toBe('unknown-issuer');
      jobs.stop();
    });

    // Bug: a keyslot bound to a card that cannot open it; one that opens without the card, or by a wrong PIN.
    it('opens a keyslot with the password, by 9D', async () => {
      expect((await unlockKeys(device)).items).toMatchObject([{ tokenId, keyRef: '9d' }]);
      const made = await makeTokenSecret(device, { tokenId, keyRef: '9d' }, pin());
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      const keys = Object.fromEntries(KEY_NAMES.map((name) => [name, randomBytes(32)]));
      const path = join(place, 'keyslots.json');
      const password = Buffer.from('正确的口令 1234');
      const slots = Keyslots.create(path, '650100', 'dev-1');
      await slots.createSlot({
        userId: 'u1',
        badge: 'X0001',
        displayName: '王伟',
        roleStatementRef: 'r-1',
        role: 'inspector',
        password,
        factors: { token: { ...made.value.token, secret: made.value.secret } },
        keys: new KeyRing(keys),
        kdf: { memoryKiB: 64, passes: 1, lanes: 1 },
        isPractice: false,
        nowMs: Date.now(),
      });
      const again = await Keyslots.open(path);
      const held = again?.slots()[0]?.token;
      if (again === undefined || held === undefined) throw new Error('no slot');
      const wrong = await openTokenSecret(device, made.value.token, pin('999999'));
      expect(wrong).toMatchObject({ ok: false, error: { kind: 'pin-wrong', triesLeft: 2 } });
      const token = await openTokenSecret(device, made.value.token, pin());
      if (!token.ok) throw new Error(JSON.stringify(token.error));
      const opened = await again.openSlot({ badge: 'X0001', password, token: token.value });
      expect(
        opened.ok && Buffer.from(opened.value.copy('slice')).equals(keys.slice ?? Buffer.alloc(0)),
      ).toBe(true);
      expect((await again.openSlot({ badge: 'X0001', password })).ok).toBe(false);
      expect(card.uses).toContain('9d');
    });
  });
}

describe('the way to a card', () => {
  afterEach(() => service.delay(undefined));
  const place = fileIn('way');

  // Bug: "works elsewhere, here no card": the page cannot say where the way ends, or says it of the wrong layer.
  it('is named where it ends, from no service to a locked PIN', async () => {
    const { device, told } = connect();
    const look = async () => {
      const { ways, tokens } = await diagnoseKeys(device, []);
      const { state, readers = [] } = ways[0] ?? {};
      const reader = readers.find(({ name }) => name === READER);
      return [state, reader?.state, tokens[0]?.state];
    };
    const card = makeCard(place, 'p256', 0x50);
    expect(await look()).toEqual(['ok', 'empty', undefined]);
    const before = told.changes;
    await service.insert(card);
    await expect.poll(() => told.changes, WAIT).toBeGreaterThan(before);
    await expect.poll(look, WAIT).toEqual(['ok', 'token', 'ready']);
    card.triesLeft = 0;
    expect(await look()).toEqual(['ok', 'token', 'pin-locked']);
    service.pull();
    await expect.poll(look, WAIT).toEqual(['ok', 'empty', undefined]);
    await service.insert(new Card({ guid: Buffer.alloc(16, 0x51), slots: {} }));
    await expect.poll(look, WAIT).toEqual(['ok', 'token', 'no-certificate']);
    const other = makeCard(place, 'p256', 0x52);
    other.tamper = (apdu) => (apdu[1] === 0xa4 ? Uint8Array.from([0x6a, 0x82]) : undefined);
    await service.insert(other);
    await expect.poll(look, WAIT).toEqual(['ok', 'unknown-card', undefined]);
    await service.kill();
    await expect.poll(look, WAIT).toEqual(['no-service', undefined, undefined]);
    expect(await signingChoices(device)).toEqual({ items: [], problem: 'TOKEN_NONE' });
    await service.start();
    await service.insert(makeCard(place, 'p256', 0x53));
    await expect.poll(look, WAIT).toEqual(['ok', 'token', 'ready']);
    device.stop();
  });

  // Bug: a card pulled, or a service that ends, while the card works passes for signed, hangs, or for a wrong PIN.
  it('may break while the card signs', async () => {
    const { device } = connect();
    const card = makeCard(place, 'p256', 0x54);
    await service.insert(card);
    const tokenId = idOf(0x54);
    const found = async () => {
      const listed = await device.call('list', {});
      return listed.ok && listed.value.tokens.some((token) => token.tokenId === tokenId);
    };
    await expect.poll(found, WAIT).toBe(true);
    const sign = () =>
      device.call('sign', { tokenId, keyRef: '9c', pin: pin(), digests: [randomBytes(32)] });
    expect((await sign()).ok).toBe(true);
    service.delay(async (apdu) => {
      if (apdu[1] !== 0x87) return;
      service.pull();
      await wait(100);
    });
    expect(await sign()).toMatchObject({ ok: false, failure: { kind: 'token-removed' } });
    service.delay(undefined);
    await service.insert(card);
    await expect.poll(found, WAIT).toBe(true);
    service.delay(async (apdu) => {
      if (apdu[1] === 0x87) await service.kill();
    });
    const dead = await sign();
    expect(dead.ok).toBe(false);
    expect(dead.ok ? '' : dead.failure.kind).not.toMatch(/pin|cancelled/u);
    service.delay(undefined);
    await service.start();
    await service.insert(card);
    await expect.poll(found, WAIT).toBe(true);
    expect(card.triesLeft).toBe(3);
    expect((await sign()).ok).toBe(true);
    device.stop();
  });

  // Bug: the card of a program beside us is taken from it in the middle of its work, or we wait for it for ever.
  it('is shared with other programs', async () => {
    const { device } = connect();
    const card = makeCard(place, 'p256', 0x55);
    await service.insert(card);
    const tokenId = idOf(0x55);
    const otherProgram = (command: string, ...args: string[]) =>
      new Promise<void>((resolve) => {
        execFile(command, args, { env: { ...process.env, ...service.env } }, () => resolve());
      });
    await expect
      .poll(async () => (await device.call('pinStatus', { tokenId })).ok, WAIT)
      .toBe(true);
    const begun = await device.call('beginSigning', { tokenId, keyRef: '9c', pin: pin() });
    if (!begun.ok) throw new Error(JSON.stringify(begun.failure));
    const { signingId } = begun.value;
    await otherProgram('opensc-tool', '--reset', '-n');
    const next = await device.call('signNext', { signingId, digest: randomBytes(32) });
    expect(next.ok).toBe(true);
    await device.call('endSigning', { signingId });
    device.stop();
  });
});
