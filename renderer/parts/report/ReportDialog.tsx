import { useId, useState } from 'react';
import type { RouteInput } from '../../../shared/ipc/contract';
import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';
import { showToast } from '../../ui/toast-store';
import { FailureNote } from '../FailureState';
import { EvidencePicker } from './EvidencePicker';

export type ReportKind = 'field-check' | 'correction' | 'suspected-fake';
type Result = RouteInput<'reports.field-check'>['result'];
type CorrectionField = RouteInput<'reports.correction'>['field'];

const RESULTS: readonly Result[] = ['matches', 'differs', 'absent', 'not-carried'];
const FIELDS: readonly CorrectionField[] = [
  'name',
  'sex',
  'idNumber',
  'number',
  'company',
  'validFrom',
  'validTo',
  'reviewDue',
  'status',
  'photo',
  'other',
];

interface ReportDialogProps {
  readonly kind: ReportKind;
  /** What it is about; null where no record is known (a suspected fake). */
  readonly about: {
    readonly certificate: number;
    readonly rev: number;
    readonly title: string;
  } | null;
  readonly onClose: () => void;
  readonly onSent?: () => void;
}

/** A report from the field with note and evidence; it goes into the outbox, offline too. */
export function ReportDialog({ kind, about, onClose, onSent }: ReportDialogProps) {
  const t = useT();
  const name = useId();
  const check = useCommand('reports.field-check');
  const correction = useCommand('reports.correction');
  const fake = useCommand('reports.fake');
  const [result, setResult] = useState<Result>('matches');
  const [field, setField] = useState<CorrectionField>('name');
  const [proposed, setProposed] = useState('');
  const [holder, setHolder] = useState('');
  const [place, setPlace] = useState('');
  const [note, setNote] = useState('');
  const [handles, setHandles] = useState<readonly string[]>([]);
  const isBusy = check.isBusy || correction.isBusy || fake.isBusy;
  const failure = check.failure ?? correction.failure ?? fake.failure;
  const needsNote = kind !== 'field-check' || result === 'differs';
  const isWhole =
    (!needsNote || note.trim() !== '') &&
    (kind !== 'correction' || proposed.trim() !== '') &&
    (kind !== 'suspected-fake' || holder.trim() !== '');
  const send = async () => {
    const rest = { note: note.trim(), handles: [...handles] };
    const sent =
      kind === 'suspected-fake'
        ? await fake.run({
            certificate: about?.certificate ?? null,
            holder: holder.trim(),
            place: place.trim(),
            ...rest,
          })
        : about === null
          ? null
          : kind === 'field-check'
            ? await check.run({
                certificate: about.certificate,
                title: about.title,
                result,
                ...rest,
              })
            : await correction.run({ ...about, field, proposed: proposed.trim(), ...rest });
    if (sent === null) return;
    showToast({ tone: 'ok', text: () => say('report.sent') });
    onSent?.();
    onClose();
  };
  return (
    <Dialog
      isWide
      title={t(`report.title-${kind}`)}
      onClose={onClose}
      isFilled={
        [proposed, holder, place, note].some((one) => one.trim() !== '') || handles.length > 0
      }
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            icon="queue"
            disabled={isBusy || !isWhole}
            onClick={() => void send()}
          >
            {t('report.send')}
          </Button>
        </>
      }
    >
      <p className="c2">
        {about === null ? null : (
          <>
            <b>
              <bdi>{about.title}</bdi>
            </b>{' '}
          </>
        )}
        {t(`report.text-${kind}`)}
      </p>
      {kind === 'field-check' ? (
        <div className="row g16 wrap" role="radiogroup" aria-label={t('report.result')}>
          {RESULTS.map((one) => (
            <label key={one} className="radio">
              <input
                type="radio"
                name={name}
                checked={one === result}
                onChange={() => setResult(one)}
              />
              {t(`report.result-${one}`)}
            </label>
          ))}
        </div>
      ) : null}
      {kind === 'correction' ? (
        <div className="pair2">
          <Field label={t('report.field')}>
            {({ control }) => (
              <select
                id={control}
                className="input"
                value={field}
                onChange={(event) => setField(event.target.value as CorrectionField)}
              >
                {FIELDS.map((one) => (
                  <option key={one} value={one}>
                    {t(`report.field-${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('report.proposed')}>
            {({ control }) => (
              <TextInput
                id={control}
                maxLength={500}
                value={proposed}
                onChange={(event) => setProposed(event.target.value)}
              />
            )}
          </Field>
        </div>
      ) : null}
      {kind === 'suspected-fake' ? (
        <div className="pair2">
          <Field label={t('report.holder')}>
            {({ control }) => (
              <TextInput
                id={control}
                maxLength={80}
                value={holder}
                onChange={(event) => setHolder(event.target.value)}
              />
            )}
          </Field>
          <Field label={t('report.place')}>
            {({ control }) => (
              <TextInput
                id={control}
                maxLength={200}
                value={place}
                onChange={(event) => setPlace(event.target.value)}
              />
            )}
          </Field>
        </div>
      ) : null}
      <Field label={t(needsNote ? 'report.note' : 'report.note-optional')}>
        {({ control }) => (
          <textarea
            id={control}
            className="area"
            rows={3}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <EvidencePicker onChange={setHandles} />
      <p className="t12 c3">{t('report.way')}</p>
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
