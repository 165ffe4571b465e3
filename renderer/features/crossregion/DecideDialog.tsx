import { useState } from 'react';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { say, useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { KINDS } from '../../lib/status';
import { useTables } from '../../lib/tables';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { NoteField } from '../../ui/NoteField';
import { showToast } from '../../ui/toast-store';
import { DaysField, daysOf } from './DaysField';
import { RequestFacts } from './RequestFacts';
import { kindCode, regionInFull } from './scope-words';

const KIND_CODES: readonly number[] = KINDS.map((_kind, index) => kindCode(index));

/** A decision, which the person signs in the signing window. An approver may leave less than was asked. */
export function DecideDialog({
  one,
  isRevoking,
  onClose,
}: {
  readonly one: CrossRegionRequest;
  readonly isRevoking: boolean;
  readonly onClose: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const [note, setNote] = useState('');
  const [days, setDays] = useState(String(one.scope.days));
  const [fields, setFields] = useState(one.scope.fields);
  const [regions, setRegions] = useState(one.scope.regions);
  const offered = one.scope.kinds.length === 0 ? KIND_CODES : one.scope.kinds;
  const [kinds, setKinds] = useState(offered);
  const [mayExport, setMayExport] = useState(one.scope.mayExport);
  const decide = useCommand('cross-region.decide');
  const mayNarrow = one.todo === 'approve' && !isRevoking;
  const term = daysOf(days, one.scope.days);
  const isDaysWrong = mayNarrow && term === null;
  const isNothingLeft = mayNarrow && (regions.length === 0 || kinds.length === 0);
  const run = async (decision: 'approved' | 'refused') => {
    // All of what was offered is what was asked for: none named means every kind.
    const left = kinds.length === offered.length ? one.scope.kinds : kinds;
    const narrowed =
      mayNarrow && decision === 'approved' && term !== null
        ? { regions, kinds: [...left], days: term, fields, mayExport }
        : {};
    const input = { request: one.request, decision, note: note.trim(), narrowed };
    if (await decide.run(input)) {
      showToast({ tone: 'ok', text: () => say('crossregion.decided') });
      onClose();
    }
  };
  const isNoteMissing = note.trim() === '';
  return (
    <Dialog
      title={t(isRevoking ? 'crossregion.revoke' : `crossregion.do-${one.todo ?? 'approve'}`)}
      onClose={onClose}
      isWide
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="danger"
            icon="seal"
            disabled={decide.isBusy || isNoteMissing}
            title={isNoteMissing ? t('crossregion.note-needed') : undefined}
            onClick={() => void run('refused')}
          >
            {t(isRevoking ? 'crossregion.sign-revoke' : 'crossregion.sign-no')}
          </Button>
          {isRevoking ? null : (
            <Button
              look="primary"
              icon="seal"
              disabled={decide.isBusy || isDaysWrong || isNothingLeft}
              title={isNothingLeft ? t('crossregion.nothing-left') : undefined}
              onClick={() => void run('approved')}
            >
              {t('crossregion.sign-yes')}
            </Button>
          )}
        </>
      }
    >
      <RequestFacts one={one} />
      {mayNarrow ? (
        <>
          <DaysField
            label={t('crossregion.term')}
            hint={t('crossregion.narrow-hint', { days: isolate(one.scope.days) })}
            most={one.scope.days}
            value={days}
            onText={setDays}
          />
          {one.scope.regions.length > 1 ? (
            <Checks
              legend={t('crossregion.leave-regions')}
              all={one.scope.regions}
              left={regions}
              wordOf={(code) => regionInFull(tables, code)}
              onChange={setRegions}
            />
          ) : null}
          {offered.length > 1 ? (
            <Checks
              legend={t('crossregion.leave-kinds')}
              all={offered}
              left={kinds}
              wordOf={(code) => t(`kinds.${KINDS[code - 1] ?? 'special-operation'}`)}
              onChange={setKinds}
            />
          ) : null}
          <fieldset className="row wrap checks">
            <legend className="t12 c3">{t('crossregion.leave')}</legend>
            {one.scope.fields.map((field) => (
              <label key={field}>
                <input
                  type="checkbox"
                  checked={fields.includes(field)}
                  onChange={(event) =>
                    setFields(
                      one.scope.fields.filter((other) =>
                        other === field ? event.target.checked : fields.includes(other),
                      ),
                    )
                  }
                />
                {t(`crossregion.field-${field}`)}
              </label>
            ))}
            {one.scope.mayExport ? (
              <label>
                <input
                  type="checkbox"
                  checked={mayExport}
                  onChange={(event) => setMayExport(event.target.checked)}
                />
                {t('crossregion.with-export')}
              </label>
            ) : null}
          </fieldset>
        </>
      ) : null}
      <NoteField
        label={t('crossregion.note')}
        hint={t('crossregion.note-hint')}
        longest={500}
        value={note}
        onText={setNote}
      />
      {decide.failure && decide.failure.code !== 'CANCELLED' ? (
        <FailureNote failure={decide.failure} />
      ) : null}
    </Dialog>
  );
}

/** Things of which an approver leaves some. */
function Checks<T extends string | number>({
  legend,
  all,
  left,
  wordOf,
  onChange,
}: {
  readonly legend: string;
  readonly all: readonly T[];
  readonly left: readonly T[];
  readonly wordOf: (one: T) => string;
  readonly onChange: (left: T[]) => void;
}) {
  return (
    <fieldset className="row wrap checks">
      <legend className="t12 c3">{legend}</legend>
      {all.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={left.includes(one)}
            onChange={(event) =>
              onChange(
                all.filter((other) =>
                  other === one ? event.target.checked : left.includes(other),
                ),
              )
            }
          />
          <bdi>{wordOf(one)}</bdi>
        </label>
      ))}
    </fieldset>
  );
}
