import { useCallback } from 'react';
import type { ImportReview } from '../../../../shared/ipc/routes/imports';
import { say, useT } from '../../../i18n';
import { invoke } from '../../../lib/desk';
import { formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, PageState } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';
import { showToast } from '../../../ui/toast-store';
import { faultWord } from './fault-word';
import { HandInPanel } from './HandInPanel';
import { HandInTable } from './HandInTable';
import { useHandIn } from './hand-in-store';

type Fault = ImportReview['faults'][number];

/** A list that was tried: how many rows can go, what is wrong with the others, and the signature. */
export function HandInReview({
  review,
  onSigned,
}: {
  readonly review: ImportReview;
  readonly onSigned: () => void;
}) {
  const t = useT();
  const sign = useCommand('imports.sign');
  const { file, list, rows, faults, otherSheets } = review;
  const faultCell = useCallback(
    ({ fault }: Fault) => (
      <Tag tone="bad" icon="bad" look="text">
        {t(faultWord(fault))}
      </Tag>
    ),
    [t],
  );
  const leave = () => {
    void invoke('imports.close', {});
    useHandIn.setState({ review: null });
  };
  const act = async () => {
    if ((await sign.run({})) === null) return;
    useHandIn.setState({ review: null });
    showToast({ tone: 'ok', text: () => say('imports.done') });
    onSigned();
  };
  // Not to sign is the person's choice, not a failure.
  const failure = sign.failure?.code === 'CANCELLED' ? null : sign.failure;
  return (
    <HandInPanel
      label={t('imports.tab-hand-in')}
      file={file}
      facts={
        <>
          <Tag tone="off" icon="table" look="text">
            {t(`imports.${list}`)}
          </Tag>
          <Tag tone={rows > 0 ? 'ok' : 'off'} icon={rows > 0 ? 'ok' : 'info'} look="text">
            {t('imports.good', { count: isolate(formatCount(rows)) })}
          </Tag>
          {faults.length === 0 ? null : (
            <Tag tone="bad" icon="bad" look="text">
              {t('imports.bad', { count: isolate(formatCount(faults.length)) })}
            </Tag>
          )}
        </>
      }
      acts={
        <>
          <Button size="s" icon="x" disabled={sign.isBusy} onClick={leave}>
            {t('imports.other')}
          </Button>
          <Button
            size="s"
            look="primary"
            icon="seal"
            disabled={sign.isBusy || rows === 0}
            onClick={() => void act()}
          >
            {t(sign.isBusy ? 'imports.waiting-signature' : 'imports.sign')}
          </Button>
        </>
      }
    >
      {failure ? <FailureNote failure={failure} /> : null}
      {otherSheets === 0 ? null : (
        <Notice tone="warn" icon="warn">
          {t('imports.other-sheets', { count: isolate(formatCount(otherSheets)) })}
        </Notice>
      )}
      {faults.length === 0 ? (
        <PageState icon="check" title={t('imports.all-good')} />
      ) : (
        <>
          <Notice tone={rows === 0 ? 'bad' : 'warn'} icon="warn">
            {t(rows === 0 ? 'imports.none' : 'imports.ready')}
          </Notice>
          <HandInTable
            label={t('imports.faults')}
            rows={faults}
            last={{ id: 'fault', title: t('imports.fault') }}
            cell={faultCell}
          />
        </>
      )}
    </HandInPanel>
  );
}
