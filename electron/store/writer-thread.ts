import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../shared/errors/app-error';
import { TransportRing } from '../crypto/transport-ring';
import { followPresses } from '../platform/press-pass';
import { standBackThread } from '../platform/stand-back';
import { AlertScan } from './journal/alert-scan';
import { auditLines, auditPage, auditWalk } from './journal/audit-view';
import { JOURNAL_FILE, Journal } from './journal/journal';
import { chargeRelease, readLedger } from './journal/statistics';
import { serveRescue } from './recovery/serve-rescue';
import { FileKeys } from './rekey/file-keys';
import { withSoundIndexes } from './slice/mend-indexes';
import { putMoves, readMoves } from './slice/moves';
import { SLICE_FILE, SliceWriter } from './slice/slice-writer';
import type { JournalCalls, ThreadProgress, WriterCalls } from './threads/calls';
import { giveBackMemory } from './threads/give-back';
import { Quiet } from './threads/quiet';
import { ofFile, type ServerEnd, serve } from './threads/rpc';

/**
 * The writer threads: one for the slice, one for the journal, so that a look-up's log never waits for a load;
 * and the one that reads files which do not open.
 */

const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new AppError('LOCKED');
  return value;
};

function teller(port: ServerEnd) {
  return (phase: ThreadProgress['progress']['phase'], done: number, total: number): void => {
    port.postMessage({ progress: { phase, done, total } } satisfies ThreadProgress);
  };
}

function serveJournal(port: ServerEnd): void {
  const tell = teller(port);
  let journal: Journal | undefined;
  let scan: AlertScan | undefined;
  const quiet = new Quiet(() => journal?.rest());
  serve<JournalCalls>(quiet.heard(port), {
    open: ({
      officeDir,
      key,
      keyNext,
      sliceKeys,
      session,
      create,
      firstAuditKey,
      revealLimits,
    }) => {
      const firstKey = firstAuditKey ?? undefined;
      const keys = new FileKeys(key, keyNext);
      journal = Journal.open(
        {
          officeDir,
          keys,
          create,
          firstKey,
          sliceKeys,
          tell: (done, total) => tell('upgrading', done, total),
        },
        session,
        revealLimits,
      );
      firstAuditKey?.fill(0);
      return { isUnderNext: keyNext !== null && keys.isSettled };
    },
    settle: () => {
      need(journal).settle((done, total) => tell('upgrading', done, total));
      return {};
    },
    wordKey: ({ next }) => {
      need(journal).wordKey(next);
      return {};
    },
    takeBack: () => ({ wasUpgraded: need(journal).takeBack() }),
    admitReveal: (input) => {
      need(journal).admitReveal(input);
      return {};
    },
    append: (input) => need(journal).append(input),
    verifyAudit: () => need(journal).verify(),
    logQuery: (entry) => {
      need(journal).logQuery(entry);
      return {};
    },
    copyPending: async (rows) => {
      await need(journal).onDisk((open) => open.copyPending(rows));
      return {};
    },
    importActs: ({ acts }) => ({ imported: need(journal).importActs(acts) }),
    syncRunAdd: async (run) => {
      await need(journal).onDisk((open) => open.addSyncRun(run));
      return {};
    },
    syncRuns: ({ limit }) => need(journal).syncRuns(limit),
    interests: ({ limit }) => need(journal).interests(limit),
    factGet: ({ name }) => need(journal).fact(name),
    factSet: async ({ name, value }) => {
      await need(journal).onDisk((open) => open.setFact(name, value));
      return {};
    },
    ledgerAdd: (input) => {
      need(journal).addLedger(input);
      return {};
    },
    statisticsLedger: () => need(journal).reading(readLedger, {}),
    statisticsCharge: (input) =>
      need(journal).reading((db, { deviceId }) => chargeRelease(db, deviceId, input), input),
    ticketHold: (input) => need(journal).holdTicket(input),
    ticketSettle: (input) => need(journal).settleTicket(input),
    ticketUses: () => need(journal).ticketUses(),
    ledgerList: ({ limit }) => need(journal).ledger(limit),
    ledgerMonthCount: ({ sinceMs }) => ({ count: need(journal).ledgerCountSince(sinceMs) }),
    outboxOpen: ({ mirrorPath, signKey }) => need(journal).outbox.open(mirrorPath, signKey),
    batchKeep: (input) => {
      need(journal).batches.keep(input);
      return {};
    },
    batchEnd: (input) => {
      need(journal).batches.end(input);
      return {};
    },
    batchList: (input) => need(journal).batches.list(input),
    batchRows: (input) => need(journal).batches.rows(input),
    batchStatuses: (input) => need(journal).batches.statuses(input),
    batchRemove: (input) => need(journal).batches.remove(input),
    retentionPurge: (input) => need(journal).purge(input),
    retentionPreview: (input) => need(journal).previewPurge(input),
    outboxState: () => need(journal).outbox.state(),
    outboxAppend: (input) => need(journal).outbox.append(input),
    outboxAdopt: (input) => need(journal).outbox.takeBack(input),
    outboxItems: ({ actor }) => need(journal).workItems(actor),
    outboxPlainWords: () => need(journal).plainWords(),
    outboxSealWords: ({ rows }) => {
      need(journal).sealWords(rows);
      return {};
    },
    outboxUnderReview: ({ limit }) => need(journal).underReview(limit),
    outboxDecided: ({ verdicts }) =>
      need(journal).onDisk(({ outbox }) => outbox.takeDecisions(verdicts)),
    outboxSent: (input) => need(journal).sent(input),
    historyList: (input) => need(journal).history.list(input),
    historyClear: (input) => need(journal).history.clear(input),
    savedList: ({ userId }) => need(journal).savedList(userId),
    savedTake: (input) => need(journal).onDisk((open) => open.savedTake(input)),
    auditUplink: () => need(journal).auditUplink(),
    auditHeaders: (input) => need(journal).auditHeaders(input),
    auditPage: (input) => need(journal).reading(auditPage, input),
    auditWalk: (input) => {
      const step = need(journal).reading(auditWalk, input);
      input.key?.fill(0);
      return step;
    },
    auditLines: (input) => need(journal).reading(auditLines, input),
    alertScan: (input) =>
      need(journal).reading((db) => {
        if (input.isNew || scan === undefined) scan = new AlertScan(db, input);
        const found = scan.step(db);
        if (found !== null) scan = undefined;
        return { found };
      }, input),
    outboxDismiss: (input) => need(journal).outbox.dismiss(input),
    outboxPending: ({ from, limit }) => need(journal).outbox.pending(from, limit),
    outboxVerdicts: ({ verdicts, receipt }) =>
      need(journal).onDisk(({ outbox }) => outbox.keepVerdicts(verdicts, receipt)),
    rekey: ({ next }) =>
      need(journal).rekey(next, (done, total) => tell('rekey-journal', done, total)),
    rekeyStop: () => {
      need(journal).rekeyStop();
      return {};
    },
    close: () => {
      quiet.end();
      journal?.close();
      journal = undefined;
      scan = undefined;
      return {};
    },
  });
}

function serveSlice(port: ServerEnd): void {
  let writer: SliceWriter | undefined;
  const tell = teller(port);
  const sound = <T>(act: () => T | Promise<T>): Promise<T> =>
    withSoundIndexes(need(writer).liveSlice().db, act);
  serve<WriterCalls>(port, {
    open: ({ officeDir, key, keyNext, transportPublic, isDamaged }) => {
      const keys = new FileKeys(key, keyNext);
      const transport = transportPublic === null ? null : new TransportRing(transportPublic);
      writer = new SliceWriter(officeDir, keys, transport, tell);
      if (isDamaged) throw new AppError('STORE_CORRUPT', { file: SLICE_FILE }, 'found before');
      const state = writer.open();
      const isUnderNext = keyNext !== null && keys.isSettled;
      return { state, isSearchComplete: writer.isSearchComplete(), isUnderNext };
    },
    settle: () => {
      need(writer).settle();
      return {};
    },
    setTransport: ({ transportPublic }) => {
      need(writer).setTransport(transportPublic);
      return {};
    },
    state: () => need(writer).state(),
    loadBegin: (identity) => ({ appliedSegments: need(writer).loadBegin(identity) }),
    loadSegment: (input) => need(writer).loadSegment(input),
    loadedRows: () => need(writer).loadedRows(),
    loadIndex: ({ withLate }) => {
      need(writer).loadIndex(withLate);
      return {};
    },
    loadSeal: (input) => need(writer).loadSeal(input),
    loadComplete: async () => {
      await need(writer).loadComplete();
      return {};
    },
    swapPrepare: () => {
      need(writer).swapPrepare();
      return {};
    },
    swap: () => {
      need(writer).swap();
      return {};
    },
    giveBack: () => {
      writer?.former.letGo();
      giveBackMemory();
      return {};
    },
    completeSearch: async () => {
      await need(writer).completeSearch();
      return {};
    },
    loadAbort: () => {
      need(writer).loadAbort();
      return {};
    },
    lateSegment: async ({ sha256, object }) => ({
      rows: await sound(() => need(writer).lateSegment(sha256, object)),
    }),
    lateIndex: async () => {
      // The late rows' objects: the sorting that follows takes the most memory of a whole load.
      giveBackMemory();
      await need(writer).lateIndex();
      return {};
    },
    lateSeal: ({ digests }) => need(writer).lateSeal(digests),
    applyPage: (input) => sound(() => need(writer).applyPage(input)),
    repairBegin: ({ digests }) => need(writer).repairBegin(digests),
    repairNodes: (input) => need(writer).repair().nodes(input),
    repairLeaves: (input) => need(writer).repair().leaves(input),
    repairApply: (input) => sound(() => need(writer).repairApply(input)),
    deepWrite: async (input) => ({
      written: await sound(() => need(writer).liveSlice().deepWrite(input)),
    }),
    deepNamesWrite: (input) => sound(() => need(writer).liveSlice().deepNamesWrite(input)),
    deepStructureWrite: async (input) => {
      await need(writer).liveSlice().deepStructureWrite(input);
      return {};
    },
    deepFound: (input) => {
      need(writer).liveSlice().deepFound(input);
      return {};
    },
    namesPut: (input) => {
      need(writer).liveSlice().namesPut(input);
      return {};
    },
    namesRead: () => need(writer).namesRead(),
    movesRead: () => readMoves(need(writer).liveSlice().db),
    movesPut: ({ list }) => {
      putMoves(need(writer).liveSlice().db, list, Date.now());
      return {};
    },
    repairEnd: () => {
      writer?.repairEnd();
      return {};
    },
    dropLive: () => {
      writer?.dropLive();
      return {};
    },
    resealWrite: async (input) => ({ written: await need(writer).resealWrite(input) }),
    rekeyPrepare: ({ next }) => need(writer).rekeyPrepare(next),
    rekeySwap: () => {
      need(writer).rekeySwap();
      return {};
    },
    rekeyErase: async () => {
      await need(writer).rekey.erase();
      return {};
    },
    rekeyStop: () => {
      need(writer).rekey.stop();
      return {};
    },
    verified: (checked) => {
      need(writer).liveSlice().verified(checked);
      return {};
    },
    pendingAudit: () =>
      need(writer)
        .pendingAudit()
        .map(({ source, atMs, kind, actor, payload }) => ({
          source,
          atMs,
          input: { kind, actor, payload: JSON.parse(payload) as Record<string, unknown> },
        })),
    forgetPending: (sources) => {
      need(writer).forgetPending(sources);
      return {};
    },
    close: () => {
      writer?.close();
      writer = undefined;
      return {};
    },
  });
}

if (parentPort !== null) {
  const { role, presses } = workerData as {
    readonly role: 'slice' | 'journal' | 'rescue';
    readonly presses?: SharedArrayBuffer;
  };
  if (role === 'journal') serveJournal(ofFile(parentPort, JOURNAL_FILE));
  else if (role === 'rescue') serveRescue(parentPort);
  else {
    // Nobody at the desk waits for it: what is being applied leaves the processor to look-ups and their log.
    standBackThread();
    followPresses(presses);
    serveSlice(ofFile(parentPort, SLICE_FILE));
  }
}
