import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JobsClient } from '../../../../electron/main/clients/jobs-client';
import { median, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';

const RUNS = 5;
const MB = 1_000_000;

/**
 * The verifier on a package, beside `sha256sum` on what is in it, turn by turn. Both are counted by the bytes of the
 * files as they are unpacked; the verifier unpacks them, makes two digests of each, and judges signatures and report.
 */
export async function measureVerifier(
  report: Report,
  jobs: JobsClient,
  path: string,
  folder: string,
): Promise<void> {
  const unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('unzip', ['-q', path, '-d', unpacked]);
  const files = readdirSync(unpacked).map((name) => join(unpacked, name));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(
      await timeMs(async () => {
        const trust = { roots: [], revocationLists: [], ticketRoots: [] };
        const { checks } = await jobs.verify(path, trust);
        const broken = checks.find(({ id, ok }) => !ok && id.startsWith('file-'));
        if (broken !== undefined) throw new Error(broken.detail);
      }),
    );
    theirs.push(await timeMs(() => execFileSync('sha256sum', files)));
  }
  const perSecond = (ms: readonly number[]) => bytes / MB / (median(ms) / 1_000);
  report.note(
    `${Math.round(bytes / MB)} MB unpacked, ${Math.round(statSync(path).size / MB)} packed`,
  );
  report.add('exports.verify.mb_per_s', perSecond(ours), {
    name: 'sha256sum on the unpacked files',
    value: perSecond(theirs),
  });
}
