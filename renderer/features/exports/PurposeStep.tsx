import { EXPORT_PURPOSES } from '../../../shared/domain/policy/export-policy';
import { useT } from '../../i18n';
import { useQuery } from '../../lib/use-query';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Segmented } from '../../ui/Segmented';
import { hasRecipient, useDraft } from './draft-store';
import { RecipientCard, RecipientField } from './RecipientField';

const SHORTEST = 4;
const LONGEST = 200;

/** Why it goes out, and where to. */
export function PurposeStep() {
  const t = useT();
  const purpose = useDraft((draft) => draft.purpose);
  const purposeClass = useDraft((draft) => draft.purposeClass);
  const target = useDraft((draft) => draft.target);
  const isRecipientFine = useDraft(hasRecipient);
  const factors = useQuery('exports.factors', {});
  const purposes = factors.data?.purposes ?? EXPORT_PURPOSES;
  const isFine =
    [...purpose.trim()].length >= SHORTEST && purposes.includes(purposeClass) && isRecipientFine;
  return (
    <section className="panel wizard" aria-label={t('exports.step-purpose')}>
      <header>
        <h2>{t('exports.step-purpose')}</h2>
      </header>
      <div className="body">
        <div className="field">
          <div className="lb">{t('exports.class')}</div>
          <span>
            <Segmented
              label={t('exports.class')}
              value={purposeClass}
              choices={purposes.map((value) => ({ value, label: t(`exports.class-${value}`) }))}
              onChange={(value) => useDraft.setState({ purposeClass: value })}
            />
          </span>
        </div>
        <Field label={t('exports.purpose')} hint={t('exports.purpose-hint')}>
          {(ids) => (
            <textarea
              id={ids.control}
              aria-describedby={ids.describedBy}
              className="area"
              maxLength={LONGEST}
              value={purpose}
              onChange={(event) => useDraft.setState({ purpose: event.target.value })}
            />
          )}
        </Field>
        <div className="going">
          <div className="field">
            <div className="lb">{t('exports.target')}</div>
            <span>
              <Segmented
                label={t('exports.target')}
                value={target}
                choices={[
                  { value: 'default', label: t('exports.target-default') },
                  { value: 'choose', label: t('exports.target-choose') },
                ]}
                onChange={(next) => useDraft.setState({ target: next })}
              />
            </span>
          </div>
          <RecipientField />
        </div>
        <RecipientCard />
      </div>
      <div className="wf">
        <Button className="end" size="l" onClick={() => useDraft.setState({ step: 'scope' })}>
          {t('act.back')}
        </Button>
        <Button
          look="primary"
          size="l"
          disabled={!isFine}
          onClick={() => useDraft.setState({ step: 'checks', purpose: purpose.trim() })}
        >
          {t('act.next')}
        </Button>
      </div>
    </section>
  );
}
