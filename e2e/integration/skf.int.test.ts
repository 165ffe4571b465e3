import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readCertificate } from '../../electron/device/certificate';
import { opensslVerifies } from '../../electron/device/test/conformance';
import { makeSkfToken } from '../../electron/device/test/skf/rig';
import { prepareExport } from '../../electron/jobs/package/builder';
import { sm2Digest } from '../../electron/jobs/package/cms/sm2';
import { makeBatches, makeMeta } from '../../electron/jobs/test/package-rig';
import { ticketAuthority } from '../../electron/jobs/test/ticket-rig';
import { DeviceClient } from '../../electron/main/clients/device-client';
import { JobsClient } from '../../electron/main/clients/jobs-client';
import { diagnoseKeys } from '../../electron/main/services/tokens/diagnose';
import { makeTokenSecret, openTokenSecret } from '../../electron/main/services/tokens/token-secret';
import { signingChoices } from '../../electron/main/services/tokens/tokens';
import { unlockKeys } from '../../electron/main/services/tokens/unlock-keys';
import { childLink } from './child-link';
import { appPath } from './desk-rig';

const rig = makeSkfToken(8, 'PROCESS1');
const stranger = makeSkfToken(4, 'STRANGER');
const folder = mkdtempSync(join(tmpdir(), 'fieldcert-skf-int-'));
const tokenId = 'skf:PROCESS1';
const { keys } = rig;
const pin = () => new TextEncoder().encode(rig.pin);
afterEach(() => rig.misbehave());
afterAll(() => {
  rig.remove();
  stranger.remove();
  rmSync(folder, { recursive: true, force: true });
});

// Bug: a driver of the wrong architecture reads as "no U-Key plugged in", and the person buys another key.
it('tells a driver that does not load from a key that is not there', async () => {
  const image = Buffer.from(readFileSync(rig.profile.libraryPath));
  image.writeUInt16LE(183, 18);
  const libraryPath = join(folder, 'arm64.so');
  writeFileSync(libraryPath, image);
  for (const [profiles, problem] of [
    [[{ ...rig.profile, libraryPath }], 'TOKEN_LIBRARY_UNUSABLE'],
    [[], 'TOKEN_NONE'],
  ] as const) {
    const device = new DeviceClient(
      () => childLink(appPath('dist/device/device.cjs')),
      () => ({ pkcs11Libraries: [], skfProfiles: [...profiles], isPracticeOffice: false }),
      () => undefined,
    );
    expect(await signingChoices(device)).toEqual({ items: [], problem });
    expect(await unlockKeys(device)).toEqual({ items: [], problem });
    device.stop();
  }
});

// Bug: "works elsewhere, here no card": the page cannot say which driver or key is at fault, or blames the wrong one.
it('names the layer at which the way to a key ends', async () => {
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const image = Buffer.from(readFileSync(rig.profile.libraryPath));
  image.writeUInt16LE(183, 18);
  const paths = {
    ok: rig.profile.libraryPath,
    missing: join(folder, 'absent.so'),
    architecture: file('foreign.so', image),
    unusable: file('text.so', 'no library at all'),
    silent: stranger.profile.libraryPath,
  };
  stranger.misbehave('list-length', 0xffffffff);
  const libraries = Object.entries(paths).map(([name, libraryPath]) => ({
    kind: 'skf' as const,
    name,
    libraryPath,
  }));
  const skfProfiles = libraries.map(({ name, libraryPath }) => ({
    ...rig.profile,
    name,
    libraryPath,
  }));
  const device = new DeviceClient(
    () => childLink(appPath('dist/device/device.cjs')),
    () => ({ pkcs11Libraries: [], skfProfiles, isPracticeOffice: false }),
    () => undefined,
  );
  const first = await diagnoseKeys(device, libraries);
  expect(first.drivers.map(({ name, state }) => [name, state])).toEqual(
    Object.keys(paths).map((name) => [name, name]),
  );
  expect(first.tokens).toEqual([
    { label: '测试', serialTail: 'ESS1', certificates: 7, usable: 2, state: 'ready' },
  ]);
  const stateOf = async () => (await diagnoseKeys(device, libraries)).tokens[0]?.state;
  rig.setTries(0);
  expect(await stateOf()).toBe('pin-locked');
  rig.setTries(6);
  const away = join(folder, 'away');
  const held = join(rig.folder, 'token', 'FieldCert');
  renameSync(held, away);
  mkdirSync(join(held, 'empty'), { recursive: true });
  expect(await stateOf()).toBe('no-certificate');
  rmSync(join(held, 'empty'), { recursive: true });
  cpSync(join(away, 'old'), join(held, 'old'), { recursive: true });
  expect(await stateOf()).toBe('not-usable');
  rmSync(held, { recursive: true });
  renameSync(away, held);
  expect(await stateOf()).toBe('ready');
  stranger.misbehave();
  device.stop();
});

const electron = process.env.FIELDCERT_ELECTRON;
const engines = [
  { name: 'Node', binary: undefined },
  { name: 'the Electron of the tests', binary: electron },
] as const;

for (const { name, binary } of engines) {
  describe(`an SM2 U-Key in the device process under ${name}`, () => {
    const device = new DeviceClient(
      () => childLink(appPath('dist/device/device.cjs'), binary),
      () => ({ pkcs11Libraries: [], skfProfiles: [rig.profile], isPracticeOffice: false }),
      () => undefined,
    );
    afterAll(() => device.stop());

    async function certificateOf(keyRef: string): Promise<Uint8Array> {
      const certs = await device.call('certs', { tokenId });
      const found = certs.ok ? certs.value.find((entry) => entry.keyRef === keyRef) : undefined;
      if (found === undefined) throw new Error(JSON.stringify(certs));
      return found.der;
    }

    // Bug: the fallback of an engine that is missing passes for a run on it.
    it('has its engine', () => {
      expect(name === 'Node' || electron !== undefined).toBe(true);
    });

    // Bug: SM2 or SM3 is asked of an engine that has neither; bytes arrive as objects; a signature verifies only here.
    it('signs what openssl verifies', async () => {
      const der = await certificateOf(keys.sm2);
      const message = randomBytes(1_000);
      const digest = await sm2Digest(readCertificate(der).publicKey, message);
      const signed = await device.call('sign', {
        tokenId,
        keyRef: keys.sm2,
        pin: pin(),
        digests: [digest],
      });
      if (!signed.ok) throw new Error(JSON.stringify(signed.failure));
      const [signature = new Uint8Array()] = signed.value;
      expect(opensslVerifies(folder, der, message, signature)).toBe(true);
    });

    // Bug: a slot is bound to a U-Key that cannot open it, or not by the same bytes.
    it('opens the secret of a keyslot', async () => {
      const made = await makeTokenSecret(device, { tokenId, keyRef: keys.sm2Enc }, pin());
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      const opened = await openTokenSecret(device, made.value.token, pin());
      expect(opened.ok && Buffer.compare(opened.value, made.value.secret)).toBe(0);
    });

    // Bug: a signing that must fail leaves half a slot: the key for signing cannot open anything.
    it('makes no keyslot for the key for signing', async () => {
      const made = await makeTokenSecret(device, { tokenId, keyRef: keys.sm2 }, pin());
      expect(made.ok ? 'made' : made.error.kind).toBe('unsupported');
    });

    // Bug: the library's crash takes the program along, hangs the call for ever, or passes for a cancel.
    it('tells the death of its process as such, and works again at the next call', async () => {
      rig.misbehave('crash');
      const use = { tokenId, keyRef: keys.sm2, pin: pin(), digests: [randomBytes(32)] };
      await expect(device.call('sign', use)).rejects.toMatchObject({ code: 'DEVICE_CRASHED' });
      rig.misbehave();
      const again = await device.call('sign', { ...use, pin: pin() });
      expect(again.ok).toBe(true);
    });

    // Bug: the package of an SM2 key is signed over another digest than the token's, or names another algorithm.
    it('seals a package', async () => {
      const der = await certificateOf(keys.sm2);
      const prepared = await prepareExport({
        rows: makeBatches(30),
        meta: makeMeta(),
        stagingDir: join(folder, 'staging'),
        certificates: [der],
        signal: new AbortController().signal,
      });
      expect(prepared.pdfDigest).toBeNull();
      const begun = await device.call('beginSigning', { tokenId, keyRef: keys.sm2, pin: pin() });
      if (!begun.ok) throw new Error(begun.failure.kind);
      const { signingId } = begun.value;
      const digest = await prepared.embedPdfSignature(null);
      const signed = await device.call('signNext', { signingId, digest });
      if (!signed.ok) throw new Error(signed.failure.kind);
      await device.call('endSigning', { signingId });
      const target = join(folder, `sm2-${name.length}.zip`);
      const published = await prepared.finish(signed.value, target);
      const jobs = new JobsClient(() => childLink(appPath('dist/jobs/jobs.cjs'), binary));
      const report = await jobs.verify(published.path, {
        roots: [rig.rootDer],
        revocationLists: [],
        ticketRoots: [ticketAuthority().rootDer],
      });
      expect(report.signer?.algorithm).toBe('SM2');
      expect(report.verdict).toBe('valid');
      // Another authority of the same name, and none at all.
      for (const roots of [[stranger.rootDer], []]) {
        const judged = await jobs.verify(published.path, {
          roots,
          revocationLists: [],
          ticketRoots: [],
        });
        expect(judged.verdict).toBe('unknown-issuer');
      }
      jobs.stop();
      const cover = execFileSync('sh', [
        '-c',
        `unzip -p '${published.path}' report.pdf | pdftotext - -`,
      ]);
      expect(cover.toString('utf8').replace(/\s/gu, '')).toContain('本报告未单独签名');
      const manifest = execFileSync('unzip', ['-p', published.path, 'manifest.json'], {
        encoding: 'utf8',
      });
      expect(manifest).toContain('"pdfSigned":false');
    });
  });
}
