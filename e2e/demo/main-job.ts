import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { invoke } from '../fixtures/bridge';
import { startDesk } from '../fixtures/desk';
import { startOffice } from '../fixtures/office';
import { permitsFor } from '../fixtures/permits';
import { DeskPage } from '../pages/desk-page';
import { ExportPage } from '../pages/export-page';
import { UnlockPage } from '../pages/unlock-page';
import { type Proof, writeEvidence } from './evidence';
import { checkWithOpenssl, checkWithPdfsig, checkWrongKey } from './external-checks';
import { scanForPlaintext } from './plaintext-scan';

const PASSWORD = 'demo password 2026';

/**
 * The whole point of the product, once: an office enrols, its encrypted slice arrives, the network
 * goes away, a certificate is found, a board is read, a bulk export is signed with a token.
 * @returns whether every proof held
 */
export async function performMainJob(
  out: string,
  certificates: number,
  say: (line: string) => void,
): Promise<boolean> {
  for (const folder of ['screens', 'export']) {
    rmSync(join(out, folder), { recursive: true, force: true });
    mkdirSync(join(out, folder), { recursive: true });
  }
  const timings: Record<string, number> = {};
  const proofs: Proof[] = [];
  const screens: { file: string; caption: string }[] = [];
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await act();
    timings[name] = Math.round(performance.now() - started);
    say(`${name}: ${timings[name]} ms`);
    return result;
  };
  const shoot = async (page: Page, caption: string): Promise<void> => {
    const file = `${String(screens.length + 1).padStart(2, '0')}.png`;
    await page.screenshot({ path: join(out, 'screens', file), animations: 'disabled' });
    screens.push({ file, caption });
  };

  say(`central server with ${certificates} certificates`);
  const office = await timed('server and data', () =>
    startOffice({ certificates, withToken: true }),
  );
  const desk = await timed('start to window', () =>
    startDesk({ args: ['--no-practice'], env: office.deskEnv }),
  );
  try {
    const unlock = new UnlockPage(desk.page);
    await unlock.openEnrolForm();
    await shoot(desk.page, 'Enrol the office: address and one-time code');
    await timed('enrol and first synchronisation', async () => {
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
    });
    const page = new DeskPage(desk.page);
    await page.goTo('数据同步');
    await waitForLateData(desk.page);
    await shoot(desk.page, 'The slice, proven equal to the server’s');
    proofs.push(await proveEquality(desk.page, office.root));

    say('the centre issues export permits; their codes are handed over on paper');
    const factor = await permitsFor(office, desk.page, 2);
    say('the central server is stopped: from here on there is no network');
    await office.stopCentral();
    await searchAndShow(page, office.sample, timed, shoot);

    const exporting = new ExportPage(desk, factor);
    const window = await timed('collect the export', () =>
      exporting.startSigning('岁末年初重点行业持证情况专项检查'),
    );
    await window.waitForTimeout(500);
    await shoot(window, 'The signing window: what main computed, the certificate, the PIN');
    await timed('sign, seal and check', async () => {
      await exporting.sign(window, office.pin);
      await exporting.expectSealed();
    });
    await shoot(desk.page, 'The sealed package');
    const sealed = collectPackage(desk.userData, out);
    // Kept beside the package, so that anybody can repeat the commands of the evidence.
    copyFileSync(office.tokenRoot, join(out, 'export', 'token-root.pem'));
    proofs.push(...provePackage(out, sealed, join(out, 'export', 'token-root.pem')));

    const counts = await countsOf(desk.page);
    await page.lock();
    await shoot(desk.page, 'Locked');
    proofs.push(...(await proveAtRest(join(desk.userData, 'office'), office.needles)));
    writeEvidence(out, {
      madeAt: new Date().toISOString(),
      machine: `${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? ''}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      runtime: `Electron ${await desk.app.evaluate(() => process.versions.electron ?? '')} (${process.env.FIELDCERT_RUNTIME ?? ''})`,
      counts,
      timingsMs: timings,
      proofs,
      screens,
      packageFile: `export/${sealed}`,
    });
    for (const proof of proofs) say(`${proof.isOk ? 'ok  ' : 'FAIL'} ${proof.claim}`);
    return proofs.every((proof) => proof.isOk);
  } finally {
    await desk.close();
    await office.close();
  }
}

/** Events and training arrive after the desk is open; the proof covers them, so it waits for them. */
async function waitForLateData(page: Page): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    const answer = await invoke(page, 'sync.status', {});
    if (answer.ok && answer.data.running === null && answer.data.proof.state === 'proven') return;
    await page.waitForTimeout(200);
  }
  throw new Error('the first synchronisation did not end in a proof');
}

async function proveEquality(page: Page, serverRoot: () => Promise<string>): Promise<Proof> {
  const answer = await invoke(page, 'sync.verify', {});
  const root = answer.ok ? answer.data.root : null;
  const expected = await serverRoot();
  return {
    id: 'slice-root',
    claim: 'The root recomputed from the slice’s own columns equals the server’s',
    isOk: root !== null && root === expected,
    evidence: `slice  ${root ?? JSON.stringify(answer)}\nserver ${expected}`,
  };
}

async function searchAndShow(
  page: DeskPage,
  sample: { readonly name: string; readonly idNumber: string },
  timed: <T>(name: string, act: () => Promise<T>) => Promise<T>,
  shoot: (page: Page, caption: string) => Promise<void>,
): Promise<void> {
  await page.goTo('查询');
  await page.box.pressSequentially(sample.name.slice(0, 2), { delay: 40 });
  await page.page.waitForTimeout(400);
  await shoot(page.page, 'Offline: masked suggestions while typing');
  await timed('search by name', () => page.search(sample.name));
  await shoot(page.page, 'Offline: results by name');
  await timed('search by ID number', () => page.search(sample.idNumber));
  await timed('open the certificate', () => page.openFirstResult());
  await shoot(page.page, 'The certificate with both clocks');
  await timed('board', async () => {
    await page.goTo('分析看板');
    await page.page.getByRole('heading', { name: '到期日历' }).waitFor();
  });
  await page.page.waitForTimeout(600);
  await shoot(page.page, 'The board by region, industry and type');
}

async function countsOf(page: Page): Promise<Record<string, number>> {
  const answer = await invoke(page, 'sync.status', {});
  return answer.ok ? { ...answer.data.counts } : {};
}

/** Copies the sealed package out of the desk's folder and unpacks it beside. */
function collectPackage(userData: string, out: string): string {
  const found = readdirSync(userData, { recursive: true, encoding: 'utf8' }).find((file) =>
    /DC-[^/]*\.zip$/.test(file),
  );
  if (found === undefined) throw new Error('no sealed package was left');
  const name = found.split('/').at(-1) ?? found;
  copyFileSync(join(userData, found), join(out, 'export', name));
  execFileSync('unzip', ['-o', '-q', join(out, 'export', name), '-d', join(out, 'export')]);
  return name;
}

function provePackage(out: string, name: string, root: string): Proof[] {
  const file = (entry: string) => join(out, 'export', entry);
  const openssl = checkWithOpenssl({
    manifest: file('manifest.json'),
    signature: file('manifest.p7s'),
    root,
  });
  const pdfsig = checkWithPdfsig(file('report.pdf'));
  return [
    {
      id: 'openssl',
      claim: `openssl accepts the signature of ${name} (${statSync(file(name)).size} bytes)`,
      isOk: openssl.isOk,
      evidence: `$ ${openssl.command}\n${openssl.output}`,
    },
    {
      id: 'pdfsig',
      claim: 'pdfsig accepts the signature in report.pdf',
      isOk: pdfsig.isOk,
      evidence: `$ ${pdfsig.command}\n${pdfsig.output}`,
    },
  ];
}

async function proveAtRest(folder: string, needles: readonly string[]): Promise<Proof[]> {
  const scan = await scanForPlaintext(folder, needles);
  const wrongKeys = ['slice.db', 'journal.db'].map((name) => checkWrongKey(join(folder, name)));
  return [
    {
      id: 'no-plaintext',
      claim: 'No file of the office holds a name, an ID number or a phone number in plain text',
      isOk: scan.hits.length === 0 && scan.files > 2,
      evidence: `${needles.length} texts of known records looked for in ${scan.files} files, ${scan.bytes.toLocaleString('en')} bytes: ${scan.hits.length} found ${JSON.stringify(scan.hits.slice(0, 3))}`,
    },
    {
      id: 'wrong-key',
      claim: 'The files do not open as SQLCipher 4 with a wrong key',
      isOk: wrongKeys.every((one) => one.isOk),
      evidence: wrongKeys.map((one) => `${one.command}\n${one.output}`).join('\n'),
    },
  ];
}
