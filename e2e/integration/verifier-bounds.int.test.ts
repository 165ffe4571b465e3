import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeForeignRig } from '../../electron/jobs/test/foreign-rig';
import { makePackage, makePackageRig } from '../../electron/jobs/test/package-rig';
import { JobsClient } from '../../electron/main/clients/jobs-client';
import type { ProcessLink } from '../../electron/main/clients/process-link';
import { Verifier, type VerifierLimits } from '../../electron/main/services/verify/verifier';
import { childLink } from './child-link';
import { appPath } from './desk-rig';

const rig = makePackageRig();
const genuine = join(rig.folder, 'genuine.zip');
const tiring = join(rig.folder, 'tiring.pdf');
const TRUST = { roots: [rig.rootDer], revocationLists: [], ticketRoots: [] };
/** Longer than a process needs to start and to judge a package here, much shorter than what was made to take long. */
const SHORT: VerifierLimits = { silentMs: 6_000, wholeMs: 6_000, restMs: 60_000 };

/** Processes of the verifier that were started, and whether each still is. */
const started: { readonly pid: number | undefined; alive: boolean }[] = [];
const alive = () => started.filter((one) => one.alive).length;
let told: { readonly done: number; readonly total: number }[] = [];

function startVerifier(limits?: VerifierLimits): Verifier {
  const jobs = new JobsClient((): ProcessLink => {
    const link = childLink(appPath('dist/jobs/jobs.cjs'));
    const one = { pid: link.pid, alive: true };
    started.push(one);
    link.onExit(() => {
      one.alive = false;
    });
    return link;
  });
  return new Verifier({
    jobs,
    onProgress: (done, total) => void told.push({ done, total }),
    ...(limits === undefined ? {} : { limits }),
  });
}

const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: { readonly code?: unknown }) => error.code,
  );

beforeAll(async () => {
  await makePackage(rig, { count: 4_000, target: genuine });
  writeFileSync(tiring, makeForeignRig(rig.folder).tiring(120));
}, 240_000);
beforeEach(async () => {
  told = [];
  await expect.poll(alive, { timeout: 10_000 }).toBe(0);
});
afterAll(() => rig.remove());

describe('a file that was made to take long', { timeout: 120_000 }, () => {
  // Bug: it holds the process that checks for minutes: nobody is told, and the next file waits behind it.
  it('is given up in time with a reason, and the next one is judged', async () => {
    const verifier = startVerifier(SHORT);
    const begun = performance.now();
    expect(await codeOf(verifier.verify(tiring, '合同.pdf', TRUST))).toBe('VERIFY_TOO_LONG');
    expect(performance.now() - begun).toBeLessThan(SHORT.wholeMs + 3_000);
    expect((await verifier.verify(genuine, 'genuine.zip', TRUST)).verdict).toBe('unknown-issuer');
    verifier.stop();
    expect(alive()).toBe(1);
    await endRest(verifier);
  });

  // Bug: whoever presses cancel waits all the same, or the process goes on reading behind the closed dialog.
  it('ends at once when the person ends it', async () => {
    const verifier = startVerifier();
    const answer = codeOf(verifier.verify(tiring, '合同.pdf', TRUST));
    await pause(2_500);
    expect(alive()).toBe(1);
    const begun = performance.now();
    verifier.stop();
    expect(await answer).toBe('CANCELLED');
    expect(performance.now() - begun).toBeLessThan(500);
    await expect.poll(alive, { timeout: 3_000 }).toBe(0);
  });

  // Bug: the answer about a file that nobody looks at any more is waited for before the next one, or taken for its own.
  it('gives way to the next one', async () => {
    const verifier = startVerifier();
    const first = codeOf(verifier.verify(tiring, '合同.pdf', TRUST));
    await pause(1_000);
    const next = verifier.verify(genuine, 'genuine.zip', TRUST);
    expect(await first).toBe('CANCELLED');
    expect((await next).manifest?.count).toBe(4_000);
    await endRest(verifier);
  });
});

describe('the process that checks files', { timeout: 120_000 }, () => {
  // Bug: a crash in it is told as a crash of what makes documents, or leaves the page waiting.
  it('is told to have ended where a file ends it', async () => {
    const verifier = startVerifier();
    const answer = codeOf(verifier.verify(tiring, '合同.pdf', TRUST));
    await pause(1_500);
    // The kernel takes it, as it does where a file eats all memory.
    const { pid } = started.at(-1) ?? {};
    if (pid === undefined) throw new Error('nothing was started');
    process.kill(pid, 'SIGKILL');
    expect(await answer).toBe('VERIFY_ENDED');
  });

  // Bug: the bar goes backwards, ends elsewhere than at the size of the files, or never moves.
  it('says how far it is', async () => {
    const verifier = startVerifier();
    await verifier.verify(genuine, 'genuine.zip', TRUST);
    expect(told.length).toBeGreaterThan(0);
    const totals = new Set(told.map(({ total }) => total));
    expect(totals.size).toBe(1);
    const dones = told.map(({ done }) => done);
    expect(dones).toEqual([...dones].sort((a, b) => a - b));
    expect(dones.at(-1)).toBeLessThanOrEqual([...totals][0] ?? 0);
    await endRest(verifier);
  });

  // Bug: what was read of somebody's file stays in a process until the program ends.
  it('is gone a while after the last file', async () => {
    const verifier = startVerifier({ ...SHORT, restMs: 300 });
    await verifier.verify(genuine, 'genuine.zip', TRUST);
    expect(alive()).toBe(1);
    await expect.poll(alive, { timeout: 5_000 }).toBe(0);
    // And one that begins within that while is not ended by it.
    const verdicts = [];
    for (let file = 0; file < 3; file++)
      verdicts.push((await verifier.verify(genuine, 'genuine.zip', TRUST)).verdict);
    expect(verdicts).toEqual(Array(3).fill('unknown-issuer'));
  });
});

/** Ends the process that waits for a further file. */
async function endRest(verifier: Verifier): Promise<void> {
  const answer = codeOf(verifier.verify(genuine, 'genuine.zip', TRUST));
  verifier.stop();
  expect(await answer).toBe('CANCELLED');
}
