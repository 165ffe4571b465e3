import { useMemo, useState } from 'react';
import type { ImportVerdict } from '../../../../shared/domain/imports/rows';
import type { ImportHead, ImportRowView } from '../../../../shared/ipc/routes/imports';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { useRowHeight } from '../../../lib/use-row-height';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import type { IconName } from '../../../ui/icon-paths';
import { Notice } from '../../../ui/PageState';
import { Tag, type TagTone } from '../../../ui/Tag';
import { type TableColumn, VirtualTable } from '../../../ui/VirtualTable';
import { useHandIn } from './hand-in-store';
import { StateTag, Sums } from './StateTag';

const LOOKS: Readonly<Record<ImportVerdict | 'none', readonly [TagTone, IconName]>> = {
  taken: ['ok', 'ok'],
  told: ['off', 'info'],
  known: ['warn', 'warn'],
  gone: ['bad', 'bad'],
  none: ['off', 'clock'],
};
/** Why a whole list comes back. */
const REASONS = [
  'form',
  'request-known',
  'signer-signature',
  'signer-foreign',
  'signer-practice',
  'signer-expired',
  'signer-issuer',
  'signer-usage',
  'signer-other',
  'import-differs',
  'import-role',
  'agreement-missing',
] as const;

/** A list that was handed in, row by row. */
export function HandInRows({
  head,
  moment,
}: {
  readonly head: ImportHead;
  readonly moment: string;
}) {
  const t = useT();
  const { data, failure } = useQuery('imports.rows', { id: head.id }, moment);
  const rows = data?.rows ?? [];
  const [active, setActive] = useState(0);
  const rowHeight = useRowHeight();
  const columns = useMemo(
    (): readonly TableColumn<ImportRowView>[] => [
      {
        id: 'line',
        title: t('imports.line'),
        track: '80px',
        isEnd: true,
        cell: ({ line }) => <span className="num">{line}</span>,
      },
      {
        id: 'name',
        title: t('imports.name'),
        track: '180px',
        cell: ({ name }) => <span dir="auto">{name || '–'}</span>,
      },
      {
        id: 'verdict',
        title: t('imports.verdict'),
        track: 'minmax(0,1fr)',
        cell: ({ verdict }) => {
          const [tone, icon] = LOOKS[verdict ?? 'none'];
          return (
            <Tag tone={tone} icon={icon} look="text">
              {t(`imports.verdict-${verdict ?? 'none'}`)}
            </Tag>
          );
        },
      },
    ],
    [t],
  );
  const reason = REASONS.find((one) => one === head.reason) ?? 'none';
  return (
    <section className="panel grow results" aria-label={t('imports.verdicts')}>
      <div className="tbar handin">
        <b className="el">
          <bdi>{head.about?.file}</bdi>
        </b>
        <StateTag state={head.state} />
        <Sums counts={head.counts} />
        <span className="grow" />
        <Button size="s" icon="undo" onClick={() => useHandIn.setState({ shown: null })}>
          {t('imports.back')}
        </Button>
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
      {head.state === 'returned' ? (
        <Notice tone="bad" icon="bad">
          {t('imports.returned', { reason: isolate(t(`outbox.reason-${reason}`)) })}
        </Notice>
      ) : null}
      <VirtualTable
        label={t('imports.verdicts')}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index] ?? null}
        rowHeight={rowHeight}
        active={active}
        onActive={setActive}
        onOpen={() => undefined}
      />
    </section>
  );
}
