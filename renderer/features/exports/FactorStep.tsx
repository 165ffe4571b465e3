import { useState } from 'react';
import type { ExportWay } from '../../../shared/domain/policy/export-policy';
import { useT } from '../../i18n';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { CodeFactor } from './CodeFactor';
import { ConsentFactor } from './ConsentFactor';
import { useDraft } from './draft-store';
import { PhoneFactor } from './PhoneFactor';

/** The second factor: a code from the sheet, a code by short message, or somebody's consent. */
export function FactorStep({
  count,
  reviewOver,
}: {
  readonly count: number;
  readonly reviewOver: number | null;
}) {
  const t = useT();
  const factors = useQuery('exports.factors', {});
  const [chosen, setChosen] = useState<ExportWay | null>(null);
  const { data, failure } = factors;
  const isGranted = useDraft((draft) => draft.grant !== null);
  const first = data?.tickets.length && !isGranted ? 'code' : 'sms';
  // A permit in advance is of the own region: what a grant brought needs the centre's word for this export.
  const ways = (data?.ways ?? []).filter((one) => !isGranted || one !== 'code');
  const way = chosen ?? (ways.includes(first) ? first : (ways[0] ?? null));
  return (
    <section className="panel wizard factor" aria-label={t('exports.step-factor')}>
      <header>
        <h2>{t('exports.step-factor')}</h2>
        <span className="end t12 c3">{t('exports.factor-why')}</span>
      </header>
      <div className="body">
        {failure ? (
          <FailureState failure={failure} onRetry={factors.reload} />
        ) : data === null ? (
          <Skeleton label={t('state.loading')} rows={2} />
        ) : way === null ? (
          <PageState icon="ban" title={t('exports.no-way')} text={t('exports.no-way-text')} />
        ) : (
          <>
            <span>
              <Segmented
                label={t('exports.step-factor')}
                value={way}
                choices={ways.map((value) => ({ value, label: t(`exports.way-${value}`) }))}
                onChange={setChosen}
              />
            </span>
            {reviewOver !== null && count > reviewOver ? (
              <Notice tone="warn" icon="user">
                {t('exports.review-needed')}
              </Notice>
            ) : null}
            {way === 'code' ? (
              <CodeFactor tickets={data.tickets} count={count} onUsed={factors.reload} />
            ) : way === 'sms' ? (
              <PhoneFactor />
            ) : (
              <ConsentFactor />
            )}
          </>
        )}
      </div>
      <div className="wf">
        <span className="t12 c3">{t('exports.logged')}</span>
        <Button className="end" size="l" onClick={() => useDraft.setState({ step: 'checks' })}>
          {t('act.back')}
        </Button>
      </div>
    </section>
  );
}
