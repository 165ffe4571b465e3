import { useState } from 'react';
import { BATCH_FIELDS, type BatchField } from '../../../shared/domain/batch/columns';
import type { TrialFault } from '../../../shared/domain/batch/try-list';
import type { Mapping, OpenList } from '../../../shared/ipc/routes/batch';
import { useT } from '../../i18n';
import type { CatalogueKey } from '../../i18n/catalogue';
import { invoke } from '../../lib/desk';
import { formatCount, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { Progress } from '../../ui/Progress';
import { ChipSelect } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { useBatch } from './batch-store';

const SHOWN_ROWS = 6;
const TRIAL_WORDS = {
  'spreadsheet-number': 'batch.reason-spreadsheet-number',
  checksum: 'batch.reason-checksum',
  'birth-date': 'batch.reason-birth-date',
  length: 'batch.reason-length',
  characters: 'batch.reason-characters',
  empty: 'batch.reason-empty',
  'no-number': 'batch.verdict-incomplete',
  'date-unreadable': 'batch.reason-date-unreadable',
} as const satisfies Readonly<Record<TrialFault, CatalogueKey>>;

/** Which column is what: guessed, shown with some rows, and changed where the guess is wrong. */
export function MappingStep({ list }: { readonly list: OpenList }) {
  const t = useT();
  const run = useCommand('batch.run');
  const progress = useBatch((store) => store.progress);
  const moment = useMoment();
  const [mapping, setMapping] = useState<Mapping>(list.guess);
  const choices = [
    { value: '', label: t('batch.no-column') },
    ...list.headings.map((heading, column) => ({
      value: String(column),
      label: heading === '' ? t('batch.column', { number: isolate(column + 1) }) : heading,
    })),
  ];
  const isReady = mapping.idNumber !== undefined || mapping.number !== undefined;
  const set = (field: BatchField, value: string) => {
    const { [field]: _before, ...others } = mapping;
    setMapping(value === '' ? others : { ...others, [field]: Number(value) });
  };
  const start = async () => {
    useBatch.setState({ progress: { done: 0, total: list.rows, sinceMs: Date.now() } });
    const answer = await run.run({ mapping });
    useBatch.setState(
      answer
        ? { list: null, head: answer.batch, fresh: { id: answer.batch.id, moment }, progress: null }
        : { progress: null },
    );
  };
  const leave = () => {
    void invoke('batch.cancel', {});
    useBatch.setState({ list: null, progress: null });
  };
  const fieldOf = (column: number) =>
    BATCH_FIELDS.find((field) => mapping[field] === column) ?? null;
  return (
    <section className="panel batchmap" aria-label={t('batch.mapping')}>
      <div className="row">
        <h2 className="el">{list.name}</h2>
        <span className="c2">{t('batch.rows', { count: isolate(formatCount(list.rows)) })}</span>
        <span className="end row">
          <Button icon="x" onClick={leave}>
            {t(progress === null ? 'batch.other-list' : 'act.cancel')}
          </Button>
          <Button
            look="primary"
            icon="shieldok"
            disabled={!isReady || progress !== null}
            onClick={() => void start()}
          >
            {t('batch.start')}
          </Button>
        </span>
      </div>
      {progress === null ? null : <Running progress={progress} />}
      {run.failure ? <FailureNote failure={run.failure} /> : null}
      {isReady ? <Trial rows={list.rows} mapping={mapping} /> : null}
      {list.otherSheets === 0 ? null : (
        <Notice tone="warn" icon="warn">
          {t('batch.other-sheets', { count: isolate(list.otherSheets) })}
        </Notice>
      )}
      <p className="c2">
        {t(isReady ? 'batch.mapping-text' : 'batch.mapping-needed')}
        {list.headingLine === null || list.headingLine === 1
          ? null
          : ` ${t('batch.heading-line', { line: isolate(list.headingLine) })}`}
      </p>
      <div className="row wrap">
        {BATCH_FIELDS.map((field) => (
          <ChipSelect
            key={field}
            label={t(`batch.field-${field}`)}
            value={mapping[field] === undefined ? '' : String(mapping[field])}
            choices={choices}
            onChange={(value) => set(field, value)}
          />
        ))}
      </div>
      <div className="batchsample">
        <table className="tbl">
          <thead>
            <tr>
              {list.headings.map((heading, column) => {
                const field = fieldOf(column);
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                  <th key={column} className={field === null ? 'c3' : undefined}>
                    {heading === '' ? isolate(column + 1) : heading}
                    <span className="blk t12 as">
                      {field === null ? ' ' : t(`batch.field-${field}`)}
                    </span>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {list.sample.slice(0, SHOWN_ROWS).map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a sample
              <tr key={row}>
                {list.headings.map((_, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={column} className="el">
                    <span dir="auto">{cells[column] ?? ''}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The dry run: how many rows can be looked up as the columns stand, and what is wrong with the others. */
function Trial({ rows, mapping }: { readonly rows: number; readonly mapping: Mapping }) {
  const t = useT();
  const { data, failure } = useQuery('batch.try', { mapping });
  if (failure !== null) return <FailureNote failure={failure} />;
  if (data === null) return <p className="c3">{t('batch.try-reading')}</p>;
  const { ready, faults } = data;
  const isClean = ready === rows && faults.length === 0;
  const ruined = faults.find(({ fault }) => fault === 'spreadsheet-number');
  return (
    <div className="batchtry" role="status">
      <Tag tone={isClean ? 'ok' : 'warn'} icon={isClean ? 'ok' : 'warn'} look="text">
        {t('batch.try-ready', {
          ready: isolate(formatCount(ready)),
          rows: isolate(formatCount(rows)),
        })}
      </Tag>
      {faults.map(({ fault, count, line }) => (
        <span key={fault} className="t12 c2">
          {t(TRIAL_WORDS[fault])} ·{' '}
          {t('batch.try-count', { count: isolate(formatCount(count)), line: isolate(line) })}
        </span>
      ))}
      {ruined === undefined ? null : <p className="t12 c2 full">{t('batch.try-ruined')}</p>}
    </div>
  );
}

function Running({
  progress,
}: {
  readonly progress: { readonly done: number; readonly total: number; readonly sinceMs: number };
}) {
  const t = useT();
  const { done, total, sinceMs } = progress;
  const seconds = Math.max(0.2, (Date.now() - sinceMs) / 1_000);
  const perSecond = done / seconds;
  const left = perSecond > 0 ? Math.ceil((total - done) / perSecond) : null;
  return (
    <Progress
      title={t('batch.running')}
      done={done}
      total={total}
      detail={t('batch.progress', {
        done: isolate(formatCount(done)),
        total: isolate(formatCount(total)),
        rate: isolate(formatCount(Math.round(perSecond))),
      })}
      remaining={left === null ? '' : t('batch.left', { seconds: isolate(left) })}
    />
  );
}
