import { useState } from 'react';
import type { ReadKind } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import type { CatalogueKey } from '../../i18n/catalogue';
import { STATUS_GROUP_NAMES, STATUS_GROUPS } from '../../lib/status';
import { useTables } from '../../lib/tables';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { useFilterChoices, useKindChoices, withChoice } from '../FilterChips';
import { DayInput, type TypedDay } from './DayInput';

type DayField =
  | 'issuedFrom'
  | 'issuedUntil'
  | 'validToFrom'
  | 'validToUntil'
  | 'dueFrom'
  | 'dueUntil';
const SPANS: readonly (readonly [word: CatalogueKey, from: DayField, until: DayField])[] = [
  ['lists.issued', 'issuedFrom', 'issuedUntil'],
  ['search.valid-to', 'validToFrom', 'validToUntil'],
  ['lists.due', 'dueFrom', 'dueUntil'],
];

const single = <T,>(list: readonly T[] | undefined): T | undefined =>
  list?.length === 1 ? list[0] : undefined;

/** Every part of a filter at once; nothing narrows before it is applied. */
export function FilterDialog({
  filter: given,
  companyName,
  onApply,
  onClose,
}: {
  readonly filter: Filter;
  /** Of the company that narrows, where it is known. */
  readonly companyName: string | null;
  readonly onApply: (filter: Filter) => void;
  readonly onClose: () => void;
}) {
  const t = useT();
  const [filter, setFilter] = useState(given);
  /** Fields are made anew when all is cleared. */
  const [round, setRound] = useState(0);
  const [wrong, setWrong] = useState<readonly DayField[]>([]);
  const putDay = (field: DayField, day: TypedDay) => {
    const others = wrong.filter((one) => one !== field);
    setWrong(day === 'wrong' ? [...others, field] : others);
    setFilter(withChoice(filter, field, typeof day === 'number' ? day : undefined));
  };
  const reversed = SPANS.find(([, from, until]) => {
    const [first, last] = [filter[from], filter[until]];
    return first !== undefined && last !== undefined && first > last;
  });
  return (
    <Dialog
      title={t('lists.filter')}
      onClose={onClose}
      isWide
      actions={
        <>
          <Button
            look="quiet"
            onClick={() => {
              setFilter({});
              setWrong([]);
              setRound(round + 1);
            }}
          >
            {t('search.clear')}
          </Button>
          <span className="grow" />
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={reversed !== undefined || wrong.length > 0}
            onClick={() => onApply(filter)}
          >
            {t('lists.apply')}
          </Button>
        </>
      }
    >
      <div className="fgrid">
        <Choices filter={filter} onChange={setFilter} />
        {SPANS.map(([word, from, until]) => (
          <DaySpan
            key={`${from} ${round}`}
            word={word}
            filter={filter}
            fields={[from, until]}
            isReversed={reversed?.[1] === from}
            onDay={putDay}
          />
        ))}
      </div>
      <fieldset className="picks" aria-label={t('filter.status')}>
        <legend className="t12 c2">{t('filter.status')}</legend>
        {STATUS_GROUP_NAMES.flatMap((name) => STATUS_GROUPS[name]).map((status) => (
          <label key={status} className="check">
            <input
              type="checkbox"
              checked={filter.statuses?.includes(status) ?? false}
              onChange={({ target }) => {
                const others = (filter.statuses ?? []).filter((one) => one !== status);
                const next = target.checked ? [...others, status] : others;
                setFilter(withChoice(filter, 'statuses', next.length > 0 ? next : undefined));
              }}
            />
            {t(`status.${status}`)}
          </label>
        ))}
      </fieldset>
      {filter.company === undefined ? null : (
        <p className="row">
          <span className="t12 c2">{t('search.col-company')}</span>
          <bdi>{companyName ?? t('filter.one-company')}</bdi>
          <Button
            size="s"
            look="quiet"
            icon="x"
            aria-label={t('filter.remove', { what: companyName ?? t('filter.one-company') })}
            onClick={() => setFilter(withChoice(filter, 'company', undefined))}
          />
        </p>
      )}
      {filter.body === undefined ? null : (
        <p className="row">
          <span className="t12 c2">{t('filter.one-body')}</span>
          <Button
            size="s"
            look="quiet"
            icon="x"
            aria-label={t('filter.remove', { what: t('filter.one-body') })}
            onClick={() => setFilter(withChoice(filter, 'body', undefined))}
          />
        </p>
      )}
    </Dialog>
  );
}

interface PartProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

function Choices({ filter, onChange }: PartProps) {
  const t = useT();
  const tables = useTables();
  const { regions, industries } = useFilterChoices(filter);
  const categories = Object.entries(tables.categories).map(([value, [group, item]]) => ({
    value,
    label: `${group} · ${item}`,
  }));
  const kinds = useKindChoices(filter);
  const parts = [
    {
      word: 'filter.region' as const,
      value: single(filter.regions) ?? '',
      choices: regions,
      put: (value: string) => withChoice(filter, 'regions', value ? [value] : undefined),
    },
    {
      word: 'filter.industry' as const,
      value: String(single(filter.industries) ?? ''),
      choices: industries,
      put: (value: string) => withChoice(filter, 'industries', value ? [Number(value)] : undefined),
    },
    {
      word: 'filter.kind' as const,
      value: single(filter.kinds) ?? '',
      choices: kinds,
      put: (value: string) => withChoice(filter, 'kinds', value ? [value as ReadKind] : undefined),
    },
    {
      word: 'lists.category' as const,
      value: String(single(filter.categories) ?? ''),
      choices: categories,
      put: (value: string) => withChoice(filter, 'categories', value ? [Number(value)] : undefined),
    },
  ];
  return parts.map(({ word, value, choices, put }) => (
    <Field key={word} label={t(word)}>
      {({ control }) => (
        <select
          id={control}
          className="input"
          value={value}
          onChange={({ target }) => onChange(put(target.value))}
        >
          <option value="">{t('filter.all')}</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  ));
}

function DaySpan({
  word,
  filter,
  fields,
  isReversed,
  onDay,
}: {
  readonly filter: Filter;
  readonly word: CatalogueKey;
  readonly onDay: (field: DayField, day: TypedDay) => void;
  readonly fields: readonly [DayField, DayField];
  readonly isReversed: boolean;
}) {
  const t = useT();
  return (
    <fieldset className="field" aria-label={t(word)}>
      <span className="lb">{t(word)}</span>
      <span className="row">
        {fields.map((field, i) => (
          <DayInput
            key={field}
            label={`${t(word)} ${t(i === 0 ? 'lists.from' : 'lists.until')}`}
            value={filter[field]}
            onChange={(day) => onDay(field, day)}
          />
        ))}
      </span>
      {isReversed ? (
        <span className="er" role="alert">
          {t('lists.reversed')}
        </span>
      ) : null}
    </fieldset>
  );
}
