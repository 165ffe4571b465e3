import { closeSync, copyFileSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupOrder, BackupOutcome } from '../../../electron/store/backup/calls';
import { setName } from '../../../electron/store/backup/place';
import { freshFolder } from '../frame/folders';
import { median, timeMs } from '../frame/measure';
import type { Report } from '../frame/report';
import { type EnrolledDesk, OpenDesk } from '../real/desk';
import type { BenchOffice } from '../real/office';
import { startStoreProcess } from '../real/store-process';
import { syncMeasured } from '../real/sync-measured';
import type { BenchGroup } from './context';

const MB = 1_000_000;
const PAGE_BYTES = 4096;
const CHANGED_SHARE = 0.01;
const RUNS = 3;
const LARGE_ROWS = 500_000;
const ASK_EVERY_MS = 20;

/** The databases of an office's folder, copied and on the disk: what nobody can undercut. */
function copyPlainly(from: string, to: string): number {
  let bytes = 0;
  for (const name of readdirSync(from).filter((one) => /^(journal|slice)\.db$/.test(one))) {
    const target = join(to, name);
    copyFileSync(join(from, name), target);
    const file = openSync(target, 'r+');
    fsyncSync(file);
    closeSync(file);
    bytes += statSync(target).size;
  }
  return bytes;
}

function orderOf(desk: EnrolledDesk, place: string, kind: BackupOrder['kind']): BackupOrder {
  const { office, paths } = desk;
  const { code, name } = office.office;
  return {
    place,
    placeId: null,
    officeDir: paths.officeDir,
    office: { code, name },
    deviceId: office.deviceId,
    kind,
    program: 'bench',
    nowMs: Date.now(),
  };
}

/** Backs up while a person goes on searching; answers also how long the searches took meanwhile. */
async function backUp(
  open: OpenDesk,
  order: BackupOrder,
  texts: readonly string[],
): Promise<{ readonly outcome: BackupOutcome; readonly askedMs: readonly number[] }> {
  const ask = (text: string) =>
    open.ask('search.query', { text, filter: {}, offset: 0, limit: 20 });
  // The first one waits for the names to be read into memory, which is no matter of the backup.
  for (const text of texts.slice(0, 20)) await ask(text);
  let isRunning = true;
  const running = open.store.call('backupRun', order).finally(() => {
    isRunning = false;
  });
  const askedMs: number[] = [];
  for (let n = 0; isRunning; n++) {
    const text = texts[n % texts.length] ?? '王';
    askedMs.push(await timeMs(() => ask(text)));
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return { outcome: await running, askedMs };
}

async function measureBackups(
  report: Report,
  { desk, central, core }: BenchOffice,
  place: string,
): Promise<number> {
  const texts = [...core.persons.values()].slice(0, 50);
  const open = await OpenDesk.open(desk, false);
  try {
    const { outcome, askedMs } = await backUp(open, orderOf(desk, place, 'full'), texts);
    const copyMs = await timeMs(() => copyPlainly(desk.paths.officeDir, freshFolder('copy')));
    const rate = (ms: number) => outcome.bytes / MB / (ms / 1000);
    const copy = { name: 'file copy with fsync', value: rate(copyMs) };
    report.add('backup.full.mb_per_s', rate(outcome.tookMs), copy);
    report.note(
      `full: ${(outcome.bytes / MB).toFixed(0)} MB, every page's HMAC checked, read back; ` +
        `searches meanwhile ${median(askedMs).toFixed(1)} ms, at most ${Math.max(...askedMs).toFixed(0)} ms`,
    );
    await central.call('change', { share: CHANGED_SHARE });
    await syncMeasured(open);
    const next = await open.store.call('backupRun', orderOf(desk, place, 'incremental'));
    const whole = { name: 'full backup', value: outcome.bytes };
    report.add('backup.incremental.bytes', next.bytes, whole);
    report.note(
      `incremental after 1 % changed: ${next.stored} of ${next.pages} pages ` +
        `(${((next.stored / next.pages) * 100).toFixed(1)} %, ${((next.stored * PAGE_BYTES) / MB).toFixed(1)} MB), ` +
        `the rest journal and HMAC list; ${next.tookMs} ms`,
    );
    return next.generation;
  } finally {
    await open.close();
  }
}

/** Restores into an empty folder in a process of its own, opens it as an unlock does and finds somebody. */
async function restoreOnce(
  desk: EnrolledDesk,
  place: string,
  generation: number,
  name: string,
): Promise<void> {
  const targetDir = freshFolder('restored');
  const { process } = startStoreProcess().started;
  await process.call('restoreFill', {
    place,
    set: setName(desk.office.office.code, desk.office.deviceId),
    generation,
    targetDir,
    keepJournalOf: null,
    keys: { journal: desk.keys.copy('journal'), slice: desk.keys.copy('slice') },
    actor: { userId: 'bench', by: 'password' },
    deviceId: desk.office.deviceId,
    nowMs: Date.now(),
  });
  process.kill();
  const paths = { ...desk.paths, officeDir: targetDir };
  const open = await OpenDesk.open({ ...desk, paths }, false);
  const found = await open.ask('search.query', { text: name, filter: {}, offset: 0, limit: 20 });
  if (found.total === 0) throw new Error('the restored office does not find anybody');
  await open.close();
}

/** Backups of the synchronised office, and its restore from a full and an incremental one until search works. */
export const backup: BenchGroup = {
  async run({ report, office, rows }) {
    const made = await office();
    const { desk, core } = made;
    const place = freshFolder('place');
    const generation = await measureBackups(report, made, place);
    const name = [...core.persons.values()][0] ?? '';
    const seconds: number[] = [];
    const copied: number[] = [];
    for (let run = 0; run < (rows >= LARGE_ROWS ? 1 : RUNS); run++) {
      copied.push(await timeMs(() => copyPlainly(desk.paths.officeDir, freshFolder('copy'))));
      seconds.push((await timeMs(() => restoreOnce(desk, place, generation, name))) / 1000);
    }
    const copy = { name: 'file copy with fsync', value: median(copied) / 1000 };
    report.add('backup.restore_s', median(seconds), copy);
    report.note(
      'restore: two generations put together, every HMAC, the audit chain and the digest of every row proved, opened, searched',
    );
  },
};
