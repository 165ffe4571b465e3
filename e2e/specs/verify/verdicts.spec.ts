import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { signPrehashed } from '../../../electron/device/drivers/training/prehashed';
import { issueIdentity, openssl } from '../../../electron/device/test/softhsm-rig';
import { encryptFile } from '../../../electron/jobs/package/recipient/envelope';
import { makeForeignRig } from '../../../electron/jobs/test/foreign-rig';
import {
  makeMeta,
  makePackage,
  makePackageRig,
  prepare,
} from '../../../electron/jobs/test/package-rig';
import { signTicket, ticketFor } from '../../../electron/jobs/test/ticket-rig';
import { type Desk, startDesk } from '../../fixtures/desk';
import { dropFile } from '../../fixtures/drop-file';
import { lookAt } from '../../fixtures/look';

const TRUST = join(process.env.FIELDCERT_APP ?? '.', 'resources/trust-roots');

/** Every word that the verifier has for a file, each on a real one, looked at in all languages. */
test.describe
  .serial('the verdicts of the verifier', () => {
    const rig = makePackageRig();
    const file = (name: string) => join(rig.folder, name);
    /** The authority's list, by openssl alone, with the certificate of Li Na on it. */
    const revoke = () => {
      const run = (...args: string[]) => openssl(rig.folder, ...args);
      const serial = run('x509', '-in', 'rsa.pem', '-noout', '-serial').trim().split('=')[1];
      writeFileSync(
        file('ca.cnf'),
        `[ca]\ndefault_ca=me\n[me]\ndatabase=${file('index.txt')}\ncertificate=${rig.rootPem}\nprivate_key=${file('root.key')}\ndefault_md=sha256\ndefault_crl_days=30\n`,
      );
      writeFileSync(
        file('index.txt'),
        `R\t300101000000Z\t261101000000Z\t${serial}\tunknown\t/CN=x\n`,
      );
      run('ca', '-gencrl', '-config', 'ca.cnf', '-out', 'list.pem');
      run('crl', '-in', 'list.pem', '-outform', 'DER', '-out', join(TRUST, 'verdicts.crl'));
    };
    let desk: Desk;
    test.beforeAll(async () => {
      test.setTimeout(240_000);
      // An office has its authorities there; this one's certificates are of the rig's.
      mkdirSync(TRUST, { recursive: true });
      execFileSync('cp', [rig.rootPem, join(TRUST, 'verdicts.pem')]);
      revoke();
      await makePackage(rig, { count: 30, target: file('given.zip') });
      execFileSync('unzip', ['-q', '-o', file('given.zip'), 'report.pdf', '-d', rig.folder]);
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      rig.remove();
      rmSync(TRUST, { recursive: true, force: true });
    });
    test.beforeEach(() => test.setTimeout(240_000));

    const openDialog = async () => {
      await desk.page
        .getByRole('button', {
          name: /^(验证签章文件|Verify a signed file|ئىمزالانغان ھۆججەتنى دەلىللەش)$/u,
        })
        .click();
      await desk.page.getByRole('dialog').locator('.drop').waitFor();
    };
    async function drop(name: string, bytes: Buffer, awaited = '.statement, .checks li') {
      await dropFile(desk.page, name, bytes);
      await expect(desk.page.locator(awaited).first()).toBeVisible({ timeout: 60_000 });
    }
    const dialog = () => desk.page.getByRole('dialog');
    /** Looks at the verdict on a file, and reads the word. */
    async function look(picture: string, name: string, bytes: Buffer, word: string) {
      await lookAt(desk.page, `verdict-${picture}`, async () => {
        await openDialog();
        await drop(name, bytes);
      });
      await openDialog().catch(() => undefined);
      await drop(name, bytes);
      await expect(dialog().locator('.tag.big, .big').first()).toContainText(word);
    }

    // Bug: a word that is missing in a language, that says another thing than was found, or that leaves its dialog.
    test('of documents', async () => {
      const pdf = readFileSync(file('report.pdf'));
      const foreign = makeForeignRig(rig.folder);
      await look('genuine', 'report.pdf', pdf, '签章有效');
      await look('unsupported', '合同.pdf', foreign.byPdfsig(foreign.plain), '不在此判断');
      await look('unsigned', 'plain.pdf', foreign.plain, '未签名');
      await look('unreadable', 'noise.zip', randomBytes(3_000), '无法识别');
    });

    test('of packages', async () => {
      const zip = readFileSync(file('given.zip'));
      const altered = Buffer.from(zip);
      const at = altered.indexOf('data.csv') + 400;
      altered[at] = (altered[at] ?? 0) ^ 1;
      await look('altered', 'given.zip', altered, '文件已被改动');
      await makePackage(rig, { count: 3, signer: 'rsa', target: file('revoked.zip') });
      await look('not-valid', 'revoked.zip', readFileSync(file('revoked.zip')), '签章无效');
      await encryptFile(
        file('given.zip'),
        file('given.zip.p7m'),
        new Uint8Array(readFileSync(file('rsa.der'))),
        new AbortController().signal,
      );
      await look('encrypted', 'given.zip.p7m', readFileSync(file('given.zip.p7m')), '已加密');
    });

    // Bug: the sentence about a second person shows a placeholder, or names nobody.
    test('of a package that two persons signed', async () => {
      issueIdentity(rig.folder, {
        name: 'lina',
        subject: '/O=Office/CN=Li Na',
        usage: 'digitalSignature,nonRepudiation',
      });
      const meta = makeMeta({ sliceProof: 'differs', isStale: true, review: true });
      const ticket = signTicket(ticketFor(meta, { reviewOver: 5 }));
      const prepared = await prepare(rig, 'ec', 20, { ...meta, ticket });
      const first = prepared.pdfDigest && rig.signDigest('ec', prepared.pdfDigest);
      const signature = rig.signDigest('ec', await prepared.embedPdfSignature(first));
      const der = (name: string) => new Uint8Array(readFileSync(file(`${name}.der`)));
      const digest = await prepared.reviewDigest([der('lina'), der('root')]);
      const key = createPrivateKey(readFileSync(file('lina.key')));
      await prepared.finish(signature, file('two.zip'), signPrehashed(key, digest));
      await look('two-persons', 'two.zip', readFileSync(file('two.zip')), '签发机构未知');
      await expect(dialog()).toContainText('Li Na');
      await expect(dialog()).toContainText('所列数据是否即平台数据');
      await expect(dialog()).not.toContainText('{{');
    });

    // Bug: the report of the file before stands below the words that refuse this one.
    test('of a signature that lies beside its files', async () => {
      await lookAt(desk.page, 'verdict-needs-folder', async () => {
        await openDialog();
        await drop('report.pdf', readFileSync(file('report.pdf')));
        await drop(
          'x.signature.json',
          Buffer.from('{}'),
          'dialog [role=alert], [role=dialog] [role=alert]',
        );
      });
      // Chinese is the last of them.
      await expect(dialog()).toContainText('x.signature.json');
      await expect(dialog()).not.toContainText('签章有效');
    });
  });
