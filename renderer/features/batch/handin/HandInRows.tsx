import { useCallback } from 'react';
import type { ImportVerdict } from '../../../../shared/domain/imports/rows';
import type { ImportHead, ImportRowView } from '../../../../shared/ipc/routes/imports';
import { useT } from '../../../i18n';
import { isolateText } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import type { IconName } from '../../../ui/icon-paths';
import { Notice } from '../../../ui/PageState';
import { Tag, type TagTone } from '../../../ui/Tag';
import { HandInPanel } from './HandInPanel';
import { HandInTable } from './HandInTable';
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
  const verdictCell = useCallback(
    ({ verdict }: ImportRowView) => {
      const [tone, icon] = LOOKS[verdict ?? 'none'];
      return (
        <Tag tone={tone} icon={icon} look="text">
          {t(`imports.verdict-${verdict ?? 'none'}`)}
        </Tag>
      );
    },
    [t],
  );
  const reason = REASONS.find((one) => one === head.reason) ?? 'none';
  return (
    <HandInPanel
      label={t('imports.verdicts')}
      file={head.about?.file}
      facts={
        <>
          <StateTag state={head.state} />
          <Sums counts={head.counts} />
        </>
      }
      acts={
        <Button size="s" icon="undo" onClick={() => useHandIn.setState({ shown: null })}>
          {t('imports.back')}
        </Button>
      }
    >
      {failure ? <FailureNote failure={failure} /> : null}
      {head.state === 'returned' ? (
        <Notice tone="bad" icon="bad">
          {t('imports.returned', { reason: isolateText(t(`outbox.reason-${reason}`)) })}
        </Notice>
      ) : null}
      {head.words === null ? null : (
        <Notice icon="info">{t('outbox.reason-central', { text: isolateText(head.words) })}</Notice>
      )}
      <HandInTable
        label={t('imports.verdicts')}
        rows={rows}
        last={{ id: 'verdict', title: t('imports.verdict') }}
        cell={verdictCell}
      />
    </HandInPanel>
  );
}
