import type { ReactNode } from 'react';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { KINDS } from '../../lib/status';
import { useTables } from '../../lib/tables';
import { DaysField } from './DaysField';
import { kindCode, regionInFull } from './scope-words';

const KIND_CODES: readonly number[] = KINDS.map((_kind, index) => kindCode(index));

type Scope = CrossRegionRequest['scope'];

/** What an approver leaves of a request; days as typed. */
export interface Left extends Pick<Scope, 'fields' | 'regions' | 'kinds' | 'mayExport'> {
  readonly days: string;
}

/** Kinds that can be left: where none is named every one is asked for. */
const offeredBy = ({ kinds }: Scope) => (kinds.length === 0 ? KIND_CODES : kinds);

/** All of what was asked for, before anything is taken out. */
export function allOf(scope: Scope): Left {
  const { fields, regions, mayExport } = scope;
  return { fields, regions, kinds: [...offeredBy(scope)], mayExport, days: String(scope.days) };
}

/** The kinds that are left, as a decision names them: all of what was offered is what was asked for. */
export function kindsOf(scope: Scope, { kinds }: Left): number[] {
  return [...(kinds.length === offeredBy(scope).length ? scope.kinds : kinds)];
}

/** Where an approver leaves less than was asked. */
export function Narrowing({
  scope,
  left,
  onLeft,
}: {
  readonly scope: Scope;
  readonly left: Left;
  readonly onLeft: (left: Left) => void;
}) {
  const t = useT();
  const tables = useTables();
  const offered = offeredBy(scope);
  return (
    <div className="col">
      <DaysField
        label={t('crossregion.term')}
        hint={t('crossregion.narrow-hint', { days: isolate(scope.days) })}
        most={scope.days}
        value={left.days}
        onText={(days) => onLeft({ ...left, days })}
      />
      {scope.regions.length > 1 ? (
        <Checks
          legend={t('crossregion.leave-regions')}
          all={scope.regions}
          left={left.regions}
          wordOf={(code) => regionInFull(tables, code)}
          onChange={(regions) => onLeft({ ...left, regions })}
        />
      ) : null}
      {offered.length > 1 ? (
        <Checks
          legend={t('crossregion.leave-kinds')}
          all={offered}
          left={left.kinds}
          wordOf={(code) => t(`kinds.${KINDS[code - 1] ?? 'special-operation'}`)}
          onChange={(kinds) => onLeft({ ...left, kinds })}
        />
      ) : null}
      <Checks
        legend={t('crossregion.leave')}
        all={scope.fields}
        left={left.fields}
        wordOf={(field) => t(`crossregion.field-${field}`)}
        onChange={(fields) => onLeft({ ...left, fields })}
      >
        {scope.mayExport ? (
          <label>
            <input
              type="checkbox"
              checked={left.mayExport}
              onChange={({ target }) => onLeft({ ...left, mayExport: target.checked })}
            />
            {t('crossregion.with-export')}
          </label>
        ) : null}
      </Checks>
    </div>
  );
}

/** Things of which an approver leaves some. */
function Checks<T extends string | number>({
  legend,
  all,
  left,
  wordOf,
  onChange,
  children,
}: {
  readonly legend: string;
  readonly all: readonly T[];
  readonly left: readonly T[];
  readonly wordOf: (one: T) => string;
  readonly onChange: (left: T[]) => void;
  readonly children?: ReactNode;
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
      {children}
    </fieldset>
  );
}
