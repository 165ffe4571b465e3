import { ROLES } from '../../../../shared/domain/model';
import type { ActField } from '../../../../shared/protocol/acts/facts';
import { ACT_WORDS } from '../../../../shared/protocol/acts/words';
import { useLocale, useT } from '../../../i18n';
import { Button } from '../../../ui/Button';
import { Field } from '../../../ui/Field';
import { TextInput } from '../../../ui/TextInput';
import type { Filled, FormField, PersonRow } from './act-forms';

const LONGEST: Readonly<Record<string, number>> = {
  file: 200_000,
  certificate: 30_000,
  pairs: 20_000,
  numbers: 20_000,
};
const AREAS = ['long', 'lines', 'numbers', 'pairs', 'certificate', 'file'];
const GROUPS = ['company', 'body', 'issuer'];
const MOST_PEOPLE = 50;

/** The fields of one kind of act. */
export function ActFields({
  fields,
  wrong,
  filled,
  onChange,
}: {
  readonly fields: readonly FormField[];
  /** Fields whose text gives no value. */
  readonly wrong: readonly ActField[];
  readonly filled: Filled;
  readonly onChange: (filled: Filled) => void;
}) {
  const t = useT();
  const words = ACT_WORDS[useLocale()];
  const set = (field: ActField, text: string) =>
    onChange({ ...filled, texts: { ...filled.texts, [field]: text } });
  const checks = fields.filter(({ look }) => look === 'check');
  const others = fields.filter(({ look }) => look !== 'check' && look !== 'people');
  return (
    <>
      <div className="two">
        {others.map((one) => (
          <Field
            key={one.field}
            label={words.fields[one.field]}
            aside={
              one.isOptional ? <span className="c3 t12">{t('centralacts.optional')}</span> : null
            }
            hint={hintOf(one)}
            error={wrong.includes(one.field) ? faultOf(one) : null}
          >
            {({ control, describedBy }) => (
              <ActControl
                id={control}
                describedBy={describedBy}
                one={one}
                text={filled.texts[one.field] ?? ''}
                onText={(text) => set(one.field, text)}
              />
            )}
          </Field>
        ))}
      </div>
      {checks.length === 0 ? null : (
        <fieldset className="row wrap checks">
          {checks.map(({ field }) => (
            <label key={field}>
              <input
                type="checkbox"
                checked={filled.texts[field] === 'yes'}
                onChange={(event) => set(field, event.target.checked ? 'yes' : '')}
              />
              {words.fields[field]}
            </label>
          ))}
        </fieldset>
      )}
      {fields.some(({ look }) => look === 'people') ? (
        <People people={filled.people} onChange={(people) => onChange({ ...filled, people })} />
      ) : null}
    </>
  );

  function faultOf({ look }: FormField): string {
    if (look === 'pairs') return t('centralacts.bad-pairs');
    if (look === 'group') return t('centralacts.bad-group');
    return t('centralacts.bad-number');
  }

  function hintOf({ look }: FormField): string | undefined {
    if (look === 'lines') return t('centralacts.lines');
    if (look === 'numbers') return t('centralacts.numbers');
    if (look === 'pairs') return t('centralacts.pairs');
    if (look === 'certificate') return t('centralacts.cert');
    if (look === 'file') return t('centralacts.file-text');
    return look === 'day' ? t('centralacts.day') : undefined;
  }
}

function ActControl({
  id,
  describedBy,
  one,
  text,
  onText,
}: {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly one: FormField;
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const t = useT();
  const words = ACT_WORDS[useLocale()];
  if (one.look === 'choice')
    return (
      <select
        id={id}
        className="input"
        value={text}
        onChange={(event) => onText(event.target.value)}
      >
        <option value="">{t('centralacts.choose')}</option>
        {one.choices.map((choice) => (
          <option key={choice} value={choice}>
            {words.choices[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  if (one.look === 'group') {
    const [by = '', number = ''] = text.split(' ');
    return (
      <div className="row">
        <select
          id={id}
          className="input"
          value={by}
          onChange={(event) => onText(`${event.target.value} ${number}`)}
        >
          <option value="">{t('centralacts.choose')}</option>
          {GROUPS.map((group) => (
            <option key={group} value={group}>
              {words.choices[group] ?? group}
            </option>
          ))}
        </select>
        <TextInput
          aria-label={t('centralacts.group-id')}
          inputMode="numeric"
          maxLength={15}
          value={number}
          onChange={(event) => onText(`${by} ${event.target.value}`)}
        />
      </div>
    );
  }
  if (AREAS.includes(one.look))
    return (
      <textarea
        id={id}
        aria-describedby={describedBy}
        className="area"
        rows={2}
        maxLength={LONGEST[one.look] ?? 2_000}
        spellCheck={false}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    );
  return (
    <TextInput
      id={id}
      aria-describedby={describedBy}
      maxLength={200}
      inputMode={one.look === 'number' ? 'numeric' : 'text'}
      value={text}
      onChange={(event) => onText(event.target.value)}
    />
  );
}

function People({
  people,
  onChange,
}: {
  readonly people: readonly PersonRow[];
  readonly onChange: (people: readonly PersonRow[]) => void;
}) {
  const t = useT();
  const set = (key: number, change: Partial<PersonRow>) =>
    onChange(people.map((one) => (one.key === key ? { ...one, ...change } : one)));
  const next = Math.max(0, ...people.map(({ key }) => key)) + 1;
  return (
    <fieldset className="checks actpeople">
      <legend className="t12 c3">{t('centralacts.users')}</legend>
      {people.map((one) => (
        <div key={one.key} className="row">
          <TextInput
            aria-label={t('centralacts.badge')}
            placeholder={t('centralacts.badge')}
            maxLength={32}
            value={one.badge}
            onChange={(event) => set(one.key, { badge: event.target.value })}
          />
          <TextInput
            aria-label={t('centralacts.name')}
            placeholder={t('centralacts.name')}
            maxLength={80}
            value={one.name}
            onChange={(event) => set(one.key, { name: event.target.value })}
          />
          <select
            className="input"
            aria-label={t('centralacts.role')}
            value={one.role}
            onChange={(event) => set(one.key, { role: event.target.value })}
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`roles.${role}`)}
              </option>
            ))}
          </select>
          <Button
            size="s"
            icon="x"
            onClick={() => onChange(people.filter(({ key }) => key !== one.key))}
          >
            {t('centralacts.drop')}
          </Button>
        </div>
      ))}
      <Button
        size="s"
        icon="user"
        disabled={people.length >= MOST_PEOPLE}
        onClick={() => onChange([...people, { key: next, badge: '', name: '', role: 'inspector' }])}
      >
        {t('centralacts.add')}
      </Button>
    </fieldset>
  );
}
