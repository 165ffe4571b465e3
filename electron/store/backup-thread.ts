import { parentPort } from 'node:worker_threads';
import type {
  BackupCalls,
  BackupOrder,
  BackupOutcome,
  BackupProgress,
  CopyReport,
} from './backup/calls';
import { compareJournal, fillOffice, verifyGeneration } from './backup/restore';
import { removeOldChains } from './backup/rotation';
import { type BackupKeys, type Watch, writeGeneration } from './backup/write-generation';
import type { CheckCalls } from './check/calls';
import { checkFiles } from './check/check-files';
import { type ServerEnd, serve } from './threads/rpc';

/** What the backup thread answers; one run at a time, which its parent sees to. */
export interface BackupThreadCalls {
  run: readonly [{ readonly order: BackupOrder; readonly keys: BackupKeys }, BackupOutcome];
  verify: readonly [
    { readonly ref: BackupCalls['backupVerify'][0]; readonly keys: BackupKeys },
    CopyReport,
  ];
  prune: readonly [
    { readonly order: BackupCalls['backupPrune'][0]; readonly keys: BackupKeys },
    BackupCalls['backupPrune'][1],
  ];
  check: readonly [
    { readonly officeDir: string; readonly keys: BackupKeys },
    CheckCalls['checkPages'][1],
  ];
  cancel: readonly [Record<string, never>, Record<string, never>];
  compare: readonly [BackupCalls['restoreCompare'][0], BackupCalls['restoreCompare'][1]];
  fill: readonly [BackupCalls['restoreFill'][0], CopyReport];
}

const TELL_EVERY_MS = 100;

/** The backup thread: copies pages, puts them together, proves them and checks the open files, so that no look-up waits for it. */
function serveBackup(port: ServerEnd): void {
  let isCancelled = false;
  let toldMs = 0;
  const watch: Watch = {
    isCancelled: () => isCancelled,
    tell: (progress: BackupProgress) => {
      const isEnd = progress.doneBytes === progress.totalBytes;
      if (!isEnd && performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      port.postMessage({ progress });
    },
  };
  const using = async <T>(keys: BackupKeys, act: () => Promise<T> | T): Promise<T> => {
    isCancelled = false;
    try {
      return await act();
    } finally {
      keys.journal.fill(0);
      keys.slice?.fill(0);
    }
  };
  serve<BackupThreadCalls>(port, {
    run: ({ order, keys }) => using(keys, () => writeGeneration(order, keys, watch)),
    verify: ({ ref, keys }) => using(keys, () => verifyGeneration(ref, keys, watch)),
    prune: ({ order: { place, set, keepChains }, keys }) =>
      using(keys, () => ({ removed: removeOldChains(place, set, keepChains, keys.journal) })),
    check: ({ officeDir, keys }) => using(keys, () => checkFiles(officeDir, keys, watch)),
    cancel: () => {
      isCancelled = true;
      return {};
    },
    compare: (input) => using(input.keys, () => compareJournal(input)),
    fill: (order) => using(order.keys, () => fillOffice(order, watch)),
  });
}

if (parentPort !== null) serveBackup(parentPort);
