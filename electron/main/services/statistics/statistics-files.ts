import { plainFilter } from '../../../../shared/domain/statistics/question';
import { AppError } from '../../../../shared/errors/app-error';
import { isoFromDay } from '../../../../shared/kernel/day';
import { writeAtomically } from '../../../platform/atomic-write';
import type { JobsCaller } from '../../clients/jobs-client';
import type { TableClient } from '../../clients/table-client';
import { scopeWords } from '../exports/scope-words';
import type { SavedFiles, SignedFiles } from '../signed-files/signed-files';
import type { SyncService } from '../sync/sync';
import type { Resources } from '../tables/resources';
import type { SessionHolder } from '../unlock/session';
import { statisticsCsv, statisticsDocument, statisticsSheet } from './report-sheets';
import { TABLE_WORDS } from './report-words';
import type { StatisticsService } from './statistics';

/** The report of a release: document, workbook and CSV, signed as they are. */
export class StatisticsFiles {
  constructor(
    private readonly parts: {
      readonly statistics: Pick<StatisticsService, 'held'>;
      readonly sessions: SessionHolder;
      readonly tables: Pick<TableClient, 'write'>;
      readonly jobs: Pick<JobsCaller, 'writeRecord'>;
      readonly sync: Pick<SyncService, 'asOf'>;
      readonly signed: Pick<SignedFiles, 'save'>;
      readonly resources: Resources;
      watermark(): string;
    },
  ) {}

  /** Null when the dialog was closed. Throws STATISTICS_GONE, SLICE_EMPTY, EXPORT_TARGET, DISK_FULL, and what SignedFiles.save throws. */
  async save(id: string): Promise<SavedFiles | null> {
    const { statistics, sessions, tables, jobs, sync, signed, resources } = this.parts;
    const held = statistics.held(id);
    const scope = scopeWords(held.filter === undefined ? {} : plainFilter(held.filter), resources);
    const release = {
      ...held,
      scope: Object.entries(scope.filters)
        .map((one) => one.join('：'))
        .join('；'),
    };
    const { office, view } = sessions.demand();
    const dataAsOfMs = await sync.asOf();
    if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
    const watermark = this.parts.watermark();
    const { isPractice } = office;
    return signed.save({
      record: 'statistics',
      auditKind: 'statistics-saved',
      stem: `共享统计-${isoFromDay(release.day)}`,
      subject: `${TABLE_WORDS[release.table]}，ε = ${release.epsilon}`,
      rows: release.rows.length * release.columns.length,
      files: {
        pdf: (path, { traceId, by, atMs }) =>
          jobs.writeRecord(path, statisticsDocument(release, by), {
            traceId,
            office: office.office.name,
            requester: `${view.name} ${view.badge}`,
            createdAtMs: atMs,
            dataAsOfMs,
            marks: { watermark, traceId, isPractice },
          }),
        xlsx: (path, { by, traceId }) =>
          tables.write(statisticsSheet(path, release, { by, traceId, watermark })),
        csv: (path, { by, traceId }) => writeAtomically(path, statisticsCsv(release, by, traceId)),
      },
    });
  }
}
