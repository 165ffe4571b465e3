import { useState } from 'react';
import { maskNumberRuns } from '../../../shared/domain/identity/masks';
import { say, useT } from '../../i18n';
import type { CatalogueKey } from '../../i18n/catalogue';
import { useCommand } from '../../lib/use-command';
import type { Question } from '../../parts/certificates/use-rows';
import { FailureNote } from '../../parts/FailureState';
import { useFilterWords } from '../../parts/use-filter-words';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';
import { showToast } from '../../ui/toast-store';

const PERIODS = ['this-month', 'next-30', 'next-90'] as const;
type Period = (typeof PERIODS)[number];
const WORDS: Readonly<Record<Period, CatalogueKey>> = {
  'this-month': 'lists.period-this-month',
  'next-30': 'lists.period-next-30',
  'next-90': 'lists.period-next-90',
};

/** Keeps the present question under a name; its period may follow the day on which it is opened. */
export function SaveSearchDialog({
  question,
  onClose,
}: {
  readonly question: Question;
  readonly onClose: () => void;
}) {
  const t = useT();
  const words = useFilterWords();
  const { text, filter } = question;
  // A title is read by whoever looks on: numbers of persons stand in it as in every list.
  const said = [...(text === '' ? [] : [maskNumberRuns(text)]), ...words(filter)].join(' ');
  const [title, setTitle] = useState(said.replace(/[\u2066\u2069]/g, '').slice(0, 60));
  const [period, setPeriod] = useState<Period | ''>('');
  const put = useCommand('saved.put');
  const save = async () => {
    const { validToFrom: _from, validToUntil: _until, ...others } = filter;
    const body =
      period === ''
        ? { kind: 'search' as const, text, filter }
        : { kind: 'search' as const, text, filter: others, period };
    if ((await put.run({ item: null, title: title.trim(), body })) === null) return;
    showToast({ tone: 'ok', text: () => say('lists.saved') });
    onClose();
  };
  return (
    <Dialog
      title={t('lists.save')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={title.trim() === '' || put.isBusy}
            onClick={() => void save()}
          >
            {t('lists.save')}
          </Button>
        </>
      }
    >
      <Field label={t('lists.save-title')} hint={t('lists.save-text')}>
        {({ control, describedBy }) => (
          <TextInput
            id={control}
            aria-describedby={describedBy}
            value={title}
            maxLength={100}
            onChange={({ target }) => setTitle(target.value)}
          />
        )}
      </Field>
      <Field label={t('lists.period')}>
        {({ control }) => (
          <select
            id={control}
            className="input"
            value={period}
            onChange={({ target }) => setPeriod(PERIODS.find((one) => one === target.value) ?? '')}
          >
            <option value="">{t('lists.period-fixed')}</option>
            {PERIODS.map((one) => (
              <option key={one} value={one}>
                {t(WORDS[one])}
              </option>
            ))}
          </select>
        )}
      </Field>
      {put.failure ? <FailureNote failure={put.failure} /> : null}
    </Dialog>
  );
}
