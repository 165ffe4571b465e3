import { MAX_DROP_BYTES } from '../../../../shared/ipc/drop-limits';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { CodeClient } from '../../clients/code-client';
import { TableClient } from '../../clients/table-client';
import { BatchService } from '../../services/batch/batch';
import { DroppedFiles } from '../../services/drops/dropped-files';
import { Feedback } from '../../services/outbox/feedback';
import { FollowUps } from '../../services/reports/follow-ups';
import { Reports } from '../../services/reports/reports';
import { selectedVisits } from '../../services/reports/visit-selection';
import { Lookups } from '../../services/scan/lookups';
import { ScanService } from '../../services/scan/scan';
import { SiteService } from '../../services/site/site';
import type { Ground } from './ground';
import type { Line } from './line';
import type { Start } from './start';

/** What an inspector does on site: lists, codes, visits, reports. */
export function composeSite(
  { paths, around }: Start,
  { sessions, store, outbox, control, today }: Ground,
  { evidence, national }: Line,
) {
  const { events, clock, nowMs, rulePack } = around;
  const tables = new TableClient(around.startTables);
  const batches = new BatchService({
    store,
    sessions,
    events,
    tables,
    nowMs,
    isEmergency: () => around.engine.isEmergency,
    chooseList: () => around.dialogs.chooseList(),
  });
  const drops = new DroppedFiles(paths.exportsTemporary, MAX_DROP_BYTES);
  const marks = {
    isMarked: (certificate: number) => control.isMarked(certificate),
    isAllMarked: () => control.isAllMarked,
  };
  const lookups = new Lookups({
    ...marks,
    store,
    sessions,
    outbox,
    nowMs,
    rulePack,
    today: () => dayInShanghai(clock.highestMs()),
  });
  const scan = new ScanService({
    ...marks,
    store,
    sessions,
    codes: new CodeClient(around.startTables),
    nowMs,
    national,
    lookups,
    rulePack,
    today: () => dayInShanghai(clock.highestMs()),
    isEmergency: () => around.engine.isEmergency,
    choosePicture: () => around.dialogs.chooseEvidence(),
  });
  const site = new SiteService({ store, sessions, scan, outbox, nowMs, today });
  const fieldReports = new Reports({ store, sessions, evidence, nowMs, today });
  const followUps = new FollowUps({
    store,
    sessions,
    nowMs,
    selected: (selection) =>
      selectedVisits({ store, today, batchRows: (input) => batches.rows(input) }, selection),
  });
  const feedback = new Feedback({ store, sessions, outbox, program: around.program });
  return { tables, batches, drops, lookups, scan, site, fieldReports, followUps, feedback };
}

export type Site = ReturnType<typeof composeSite>;
