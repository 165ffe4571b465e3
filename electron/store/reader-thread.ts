import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../shared/errors/app-error';
import { followPresses } from '../platform/press-pass';
import { standBackThread } from '../platform/stand-back';
import { readDeep } from './check/deep-read';
import { checkNames } from './check/names-check';
import { checkStructure } from './check/structure';
import { LapseSchool } from './cube/lapse-school';
import { readNamedAttachments } from './queries/attachments';
import { SliceReader } from './queries/slice-reader';
import { SLICE_FILE } from './slice/slice-writer';
import type { ReaderCalls, ThreadProgress } from './threads/calls';
import { giveBackMemory } from './threads/give-back';
import { ofFile, type ServerEnd, serve } from './threads/rpc';

/** A reader thread. Two run, so that a check or an export never delays a look-up. */
function serveReader(port: ServerEnd): void {
  let reader: SliceReader | undefined;
  const school = new LapseSchool();
  const need = (): SliceReader => {
    if (reader === undefined) throw new AppError('LOCKED');
    return reader;
  };
  const tell = (phase: 'indexing' | 'verifying', done: number, total: number): void => {
    port.postMessage({ progress: { phase, done, total } } satisfies ThreadProgress);
  };
  serve<ReaderCalls>(port, {
    setup: (setup) => {
      reader = new SliceReader(setup, tell);
      return {};
    },
    prepare: async () => {
      await need().prepare();
      return {};
    },
    openSlice: ({ warm, isPrepared }) => {
      need().openSlice(warm, isPrepared);
      return {};
    },
    closeSlice: () => {
      need().closeSlice();
      return {};
    },
    setToday: ({ today }) => {
      need().setToday(today);
      return {};
    },
    setMarks: async ({ marks }) => {
      await need().setMarks(marks);
      return {};
    },
    refresh: async (touched) => {
      await need().refresh(touched);
      return {};
    },
    rebuildNames: async () => {
      await need().rebuildNames();
      return {};
    },
    rebuildPeriods: () => {
      need().rebuildPeriods();
      return {};
    },
    port: ({ route, input }) => need().port(route, input),
    lapseLesson: () => need().lapseLesson(),
    lapseLearn: ({ examples }) => school.learn(examples),
    lapseStop: () => {
      school.stop();
      return {};
    },
    lapseTake: ({ key, model }) => {
      need().lapseTake(key, model);
      return {};
    },
    watchRead: ({ subjects }) => need().watch(subjects),
    statisticsCount: (ask) => need().countPeople(ask),
    countFilter: async ({ filter }) => ({ count: await need().countFilter(filter) }),
    follow: async ({ entity }) => {
      await need().follow(entity);
      return {};
    },
    followEnd: async () => {
      const digests = await need().followEnd();
      // Only the checker follows a load.
      if (digests.some(({ rows }) => rows > 0)) giveBackMemory();
      return digests;
    },
    digest: ({ file, entities }) => need().digest(file, entities),
    verify: () => need().verify(),
    attachmentsOf: ({ certificateId }) => need().attachmentsOf(certificateId),
    attachmentsNamed: (input) => readNamedAttachments(need().connection(), input),
    attachmentsWanted: (input) => need().attachmentsWanted(input),
    deepRead: (input) => readDeep(need().connection(), input),
    deepNames: (input) => checkNames(need().connection(), input),
    deepStructure: async () => ({
      ...(await checkStructure(need().connection())),
      falseColumns: await need().falseColumns(),
    }),
    columnsKeep: ({ least }) => need().keepColumns(least),
    columnsForget: async () => {
      await need().forgetColumns();
      return {};
    },
    rebuild: async () => {
      await need().rebuild();
      return {};
    },
    revealFetch: ({ certificateIds }) => need().revealFetch(certificateIds),
    batchJudge: ({ rows }) => need().judge(rows),
    batchStanding: ({ ids }) => need().standing(ids),
    scanJudge: (input) => need().judgeScan(input),
    resealRead: (input) => need().resealRead(input),
    setBlindKeys: ({ sets }) => {
      need().setBlindKeys(sets);
      return {};
    },
    setNextKey: ({ next }) => {
      need().setNextKey(next);
      return {};
    },
    exportOpen: ({ filter }) => need().exportOpen(filter),
    exportRows: ({ exportId, limit }) => need().exportRows(exportId, limit),
    exportClose: ({ exportId }) => {
      need().exportClose(exportId);
      return {};
    },
    close: () => {
      reader?.close();
      reader = undefined;
      return {};
    },
  });
}

if (parentPort !== null) {
  const { role, presses } = workerData as {
    readonly role: 'reader' | 'checker';
    readonly presses?: SharedArrayBuffer;
  };
  if (role === 'checker') standBackThread();
  followPresses(presses);
  serveReader(ofFile(parentPort, SLICE_FILE));
}
