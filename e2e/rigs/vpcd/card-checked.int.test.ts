import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Card } from '../card/card';
import type { KeyType } from '../card/issue';
import { CARD_PIN, makeCard } from '../card/rig-card';
import { type ReaderService, startReaderService } from './reader-service';

/** What each tool wants to hear for the same thing. */
const TYPES: readonly {
  readonly type: KeyType;
  readonly mechanism: readonly string[];
  readonly hash: string;
}[] = [
  { type: 'p256', mechanism: ['ECDSA-SHA256', '--signature-format', 'openssl'], hash: 'sha256' },
  { type: 'p384', mechanism: ['ECDSA-SHA384', '--signature-format', 'openssl'], hash: 'sha384' },
  { type: 'rsa2048', mechanism: ['SHA256-RSA-PKCS'], hash: 'sha256' },
];

let service: ReaderService;
beforeAll(async () => {
  service = await startReaderService();
});
afterAll(() => service.stop());

for (const { type, mechanism, hash } of TYPES) {
  describe(`the software card with ${type}, by other people's tools`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-card-'));
    let card: Card;
    beforeAll(async () => {
      card = makeCard(folder, type);
      await service.insert(card);
    });
    afterAll(() => {
      service.pull();
      rmSync(folder, { recursive: true, force: true });
    });

    const run = (command: string, ...args: string[]): Promise<string> =>
      new Promise((resolve) => {
        const options = { env: { ...process.env, ...service.env }, cwd: folder };
        execFile(command, args, options, (_error, out, problems) => resolve(out + problems));
      });

    // Bug: our card is one that only our driver takes for a PIV card.
    it('is a PIV card to OpenSC', async () => {
      expect(await run('opensc-tool', '-n')).toContain('Personal Identity Verification Card');
      expect(await run('piv-tool', '--serial')).toContain('20 20 20 20 20 20 20 20 20 20 20 20');
      const objects = await run('pkcs11-tool', '-O');
      for (const label of ['PIV Authentication', 'Digital Signature', 'Key Management'])
        expect(objects).toContain(`Certificate for ${label}`);
    });

    // Bug: the card signs in a form of its own, or without the PIN that 9C wants each time.
    it('signs for OpenSC what openssl verifies', async () => {
      await run('sh', '-c', 'echo hello > m');
      const [name = '', ...format] = mechanism;
      const login = ['--login', '--pin', CARD_PIN, '--sign', '--id', '02', '-m', name, ...format];
      await run(
        'pkcs11-tool',
        '--read-object',
        '--type',
        'cert',
        '--id',
        '02',
        '-o',
        'on-card.der',
      );
      await run('sh', '-c', 'openssl x509 -inform DER -in on-card.der -pubkey -noout > p.pem');
      const said = await run('pkcs11-tool', ...login, '-i', 'm', '-o', 's');
      const verified = await run(
        'openssl',
        'dgst',
        `-${hash}`,
        '-verify',
        'p.pem',
        '-signature',
        's',
        'm',
      );
      expect(`${said}${verified}`).toContain('Verified OK');
      expect(card.uses).toContain('9c');
    });

    // Bug: chaining, key agreement or decryption work as our driver expects and not as the standard says.
    it('signs and deciphers for yubico-piv-tool', async () => {
      const yubico = (slot: string, test: string) =>
        run(
          'sh',
          '-c',
          `yubico-piv-tool -r Virtual -a read-cert -s ${slot} > c.pem && yubico-piv-tool -r Virtual -H ${hash.toUpperCase()} -a verify-pin -P ${CARD_PIN} -a ${test} -s ${slot} < c.pem`,
        );
      expect(await yubico('9c', 'test-signature')).toMatch(/Successful (ECDSA|RSA) verification/);
      expect(await yubico('9d', 'test-decipher')).toMatch(/Successfully performed/);
    });

    // Bug: a card that never blocks hides that the driver tries again by itself.
    it('counts wrong PINs and blocks for all of them', async () => {
      const wrong = ['-r', 'Virtual', '-a', 'verify-pin', '-P', '111111'];
      expect(await run('yubico-piv-tool', ...wrong)).toContain('2 tries left');
      expect(await run('yubico-piv-tool', ...wrong)).toContain('1 tries left');
      await run('yubico-piv-tool', ...wrong);
      expect(card.triesLeft).toBe(0);
      const login = await run('pkcs11-tool', '--login', '--pin', CARD_PIN, '-O');
      expect(login).toContain('CKR_PIN_LOCKED');
    });
  });
}
