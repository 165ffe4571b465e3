import { useMemo, useState } from 'react';
import { GRANT_FIELDS, type GrantField } from '../../../shared/domain/cross-region/scope';
import { say, useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, isolate } from '../../lib/format';
import { KINDS } from '../../lib/status';
import { useTables } from '../../lib/tables';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';
import { showToast } from '../../ui/toast-store';
import { DaysField, daysOf } from './DaysField';
import { kindCode, regionInFull } from './scope-words';

const MOST_REGIONS = 20;
const MOST_PEOPLE = 50;
const MOST_OFFERED = 8;
const MOST_DAYS = 365;
const ID_NUMBER = /^[0-9A-Za-z]{6,20}$/;

/** Prefectures and counties by name, other than the own. */
function useRegionsNamed(text: string, own: string): readonly string[] {
  const tables = useTables();
  const all = useMemo(
    () =>
      [...new Set(Object.keys(tables.regions).map((code) => code.replace(/(?:00)+$/, '')))].filter(
        (code) => code.length >= 4 && !code.startsWith(own),
      ),
    [tables, own],
  );
  const typed = text.trim();
  if (typed === '') return [];
  return all
    .filter((code) => regionInFull(tables, code).includes(typed) || code.startsWith(typed))
    .sort((a, b) => a.length - b.length || a.localeCompare(b))
    .slice(0, MOST_OFFERED);
}

/** A request to see certificates of other regions; it can be written without a network. */
export function AskDialog({
  onClose,
  onAsked,
}: {
  readonly onClose: () => void;
  readonly onAsked: () => void;
}) {
  const isHead = useDesk((store) => store.state?.session?.role === 'head');
  const t = useT();
  const tables = useTables();
  const own = useDesk((store) => store.state?.office?.region ?? '');
  const [text, setText] = useState('');
  const [regions, setRegions] = useState<readonly string[]>([]);
  const [kinds, setKinds] = useState<readonly number[]>([]);
  const [people, setPeople] = useState('');
  const [purpose, setPurpose] = useState('');
  const [basis, setBasis] = useState('');
  const [days, setDays] = useState('7');
  const [fields, setFields] = useState<readonly GrantField[]>(['history']);
  const offered = useRegionsNamed(text, own).filter((code) => !regions.includes(code));
  const [mayExport, setMayExport] = useState(false);
  const ask = useCommand('cross-region.ask');

  const numbers = people.split(/[\s,，;；、]+/u).filter((one) => one !== '');
  const isPeopleWrong =
    numbers.length > MOST_PEOPLE || numbers.some((number) => !ID_NUMBER.test(number));
  const term = daysOf(days, MOST_DAYS);
  const isReady =
    regions.length > 0 &&
    purpose.trim() !== '' &&
    basis.trim() !== '' &&
    !isPeopleWrong &&
    term !== null;
  const send = async () => {
    if (term === null) return;
    const scope = {
      regions: [...regions],
      kinds: [...kinds],
      people: numbers,
      days: term,
      fields: [...fields],
      mayExport,
    };
    if (await ask.run({ purpose: purpose.trim(), basis: basis.trim(), scope })) {
      showToast({ tone: 'ok', text: () => say('crossregion.sent') });
      onAsked();
    }
  };
  const toggled = <T,>(list: readonly T[], one: T, isOn: boolean): readonly T[] =>
    isOn ? [...list, one] : list.filter((other) => other !== one);
  return (
    <Dialog
      title={t('crossregion.ask')}
      onClose={onClose}
      isFilled={regions.length > 0 || [people, purpose, basis].some((one) => one.trim() !== '')}
      isWide
      actions={
        <>
          <span className="t12 c3 grow">
            {t(isHead ? 'crossregion.ask-hint-head' : 'crossregion.ask-hint')}
          </span>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="primary" disabled={!isReady || ask.isBusy} onClick={() => void send()}>
            {t('crossregion.send')}
          </Button>
        </>
      }
    >
      <div className="askform">
        <Field label={t('crossregion.regions')} hint={t('crossregion.regions-hint')}>
          {({ control, describedBy }) => (
            <>
              <TextInput
                id={control}
                aria-describedby={describedBy}
                icon="search"
                maxLength={40}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
              <div className="row wrap">
                {regions.map((code) => (
                  <button
                    key={code}
                    type="button"
                    className="chip on"
                    title={t('crossregion.take-out')}
                    onClick={() => setRegions(toggled(regions, code, false))}
                  >
                    <bdi>{regionInFull(tables, code)}</bdi> ×
                  </button>
                ))}
                {offered.map((code) => (
                  <button
                    key={code}
                    type="button"
                    className="chip"
                    disabled={regions.length >= MOST_REGIONS}
                    onClick={() => {
                      setRegions(toggled(regions, code, true));
                      setText('');
                    }}
                  >
                    <bdi>{regionInFull(tables, code)}</bdi>
                  </button>
                ))}
              </div>
            </>
          )}
        </Field>
        <div className="two">
          <Field label={t('crossregion.purpose')}>
            {({ control }) => (
              <textarea
                id={control}
                className="area"
                rows={2}
                maxLength={500}
                value={purpose}
                onChange={(event) => setPurpose(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={t('crossregion.people')}
            hint={t('crossregion.people-hint')}
            error={
              isPeopleWrong
                ? t('crossregion.people-wrong', { most: isolate(formatCount(MOST_PEOPLE)) })
                : null
            }
          >
            {({ control, describedBy }) => (
              <textarea
                id={control}
                aria-describedby={describedBy}
                className="area"
                rows={2}
                maxLength={1_200}
                spellCheck={false}
                value={people}
                onChange={(event) => setPeople(event.target.value)}
              />
            )}
          </Field>
        </div>
        <div className="two">
          <Field label={t('crossregion.basis')} hint={t('crossregion.basis-hint')}>
            {({ control, describedBy }) => (
              <TextInput
                id={control}
                aria-describedby={describedBy}
                maxLength={200}
                value={basis}
                onChange={(event) => setBasis(event.target.value)}
              />
            )}
          </Field>
          <DaysField
            label={t('crossregion.term-days')}
            hint={t('crossregion.term-hint')}
            most={MOST_DAYS}
            value={days}
            onText={setDays}
          />
        </div>
        <fieldset className="row wrap checks">
          <legend className="t12 c3">{t('crossregion.kinds')}</legend>
          {KINDS.map((kind, index) => (
            <label key={kind}>
              <input
                type="checkbox"
                checked={kinds.includes(kindCode(index))}
                onChange={(event) =>
                  setKinds(toggled(kinds, kindCode(index), event.target.checked))
                }
              />
              {t(`kinds.${kind}`)}
            </label>
          ))}
        </fieldset>
        <fieldset className="row wrap checks">
          <legend className="t12 c3">{t('crossregion.more')}</legend>
          {GRANT_FIELDS.map((field) => (
            <label key={field}>
              <input
                type="checkbox"
                checked={fields.includes(field)}
                onChange={(event) => setFields(toggled(fields, field, event.target.checked))}
              />
              {t(`crossregion.field-${field}`)}
            </label>
          ))}
          <label>
            <input
              type="checkbox"
              checked={mayExport}
              onChange={(event) => setMayExport(event.target.checked)}
            />
            {t('crossregion.export-right')}
          </label>
        </fieldset>
        {ask.failure ? <FailureNote failure={ask.failure} /> : null}
      </div>
    </Dialog>
  );
}
