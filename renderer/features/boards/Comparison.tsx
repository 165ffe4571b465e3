import { memo } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import { rivalQuestion } from '../../../shared/ipc/board-rival';
import type { Filter } from '../../../shared/ipc/common';
import { narrowFilter } from '../../../shared/ipc/narrow-filter';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatDay, formatShare, isolate, today } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { STATUS_GROUPS } from '../../lib/status';
import { regionName, useTables } from '../../lib/tables';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { useFilterChoices } from '../../parts/FilterChips';
import { Skeleton } from '../../ui/PageState';
import { ChipSelect } from '../../ui/Select';
import { useBoards } from './boards-store';
import { presetOf } from './open-list';
import { yearBack } from './past-days';

/** The board beside another day or another region: the same figures, and what differs. */
export const Comparison = memo(function Comparison({
  board,
  filter,
  moment,
}: {
  readonly board: Board;
  readonly filter: Filter;
  /** When it changes the other board is asked again, as the first one is (useMoment). */
  readonly moment: string;
}) {
  const t = useT();
  const tables = useTables();
  const rival = useBoards((state) => state.rival);
  const { regions } = useFilterChoices(filter);
  const other = rivalQuestion(filter, {
    day: board.day,
    rival: rival.kind === 'none' ? null : rival,
  });
  const query = useQuery('boards.query', other, moment);
  const against = other === null ? null : query.data;
  const name =
    rival.kind === 'day'
      ? formatDay(rival.day)
      : rival.kind === 'region'
        ? regionName(tables, rival.region)
        : '';
  return (
    <section className="panel" aria-label={t('boards.compare')}>
      <header className="low">
        <h2>{t('boards.compare')}</h2>
        <span className="end">
          <ChipSelect
            label={t('boards.with')}
            value={
              rival.kind === 'day'
                ? `d${rival.day}`
                : rival.kind === 'region'
                  ? `r${rival.region}`
                  : ''
            }
            choices={[
              { value: '', label: t('boards.with-none') },
              ...yearBack(board.day).map((day) => ({ value: `d${day}`, label: formatDay(day) })),
              ...regions.map(({ value, label }) => ({ value: `r${value}`, label })),
            ]}
            onChange={(value) =>
              useBoards.setState({
                rival:
                  value === ''
                    ? { kind: 'none' }
                    : value.startsWith('d')
                      ? { kind: 'day', day: Number(value.slice(1)) }
                      : { kind: 'region', region: value.slice(1) },
              })
            }
          />
        </span>
      </header>
      {query.failure ? (
        <FailureNote failure={query.failure} onRetry={query.reload} />
      ) : other === null ? (
        <p className="body c3">{t('boards.compare-empty')}</p>
      ) : against === null ? (
        <Skeleton label={t('state.loading')} rows={4} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <div className="scroll x" tabIndex={0} aria-busy={query.state === 'loading'}>
          {rival.kind === 'day' && against.unknown > 0 ? (
            <p className="body c3">
              {t('boards.compare-unknown', {
                name: isolate(name),
                count: isolate(formatCount(against.unknown)),
              })}
            </p>
          ) : null}
          <p className="vh">
            {t('boards.compare-sentence', {
              name: isolate(name),
              mine: isolate(formatCount(board.total)),
              theirs: isolate(formatCount(against.total)),
            })}
          </p>
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{t('boards.figure')}</th>
                <th scope="col" className="r">
                  {t('boards.this-board')}
                </th>
                <th scope="col" className="r">
                  <bdi>{name}</bdi>
                </th>
                <th scope="col" className="r">
                  {t('boards.difference')}
                </th>
              </tr>
            </thead>
            <tbody>
              {figuresOf(board).map(({ word, part, whole, list }, index) => {
                const theirs = figuresOf(against)[index];
                const show = (one: { part: number; whole: number } | undefined) =>
                  one === undefined
                    ? '–'
                    : whole < 0
                      ? formatCount(one.part)
                      : formatShare(one.part, one.whole);
                const value = (one: { part: number; whole: number } | undefined) =>
                  one === undefined || one.whole === 0
                    ? null
                    : one.whole < 0
                      ? one.part
                      : (one.part / one.whole) * 100;
                const [mine, rivals] = [value({ part, whole }), value(theirs)];
                const gap = mine === null || rivals === null ? null : mine - rivals;
                return (
                  <tr key={word}>
                    <td>{t(word)}</td>
                    <td className="r num">
                      <ListButton
                        text={show({ part, whole })}
                        onOpen={opener({ filter, day: board.day }, list)}
                      />
                    </td>
                    <td className="r num">
                      <ListButton text={show(theirs)} onOpen={opener(other, list)} />
                    </td>
                    <td className="r num">
                      <bdi>
                        {gap === null
                          ? '–'
                          : `${gap > 0 ? '+' : ''}${whole < 0 ? formatCount(gap) : gap.toFixed(1)}`}
                      </bdi>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
});

/** Opens a figure's list: on the day that the figure is of. */
function opener(
  question: { readonly filter: Filter; readonly day: number } | null,
  list: (day: number) => Filter,
): (() => void) | undefined {
  if (question === null) return undefined;
  const { filter, day } = question;
  const narrowed = narrowFilter(filter, list(day));
  if (narrowed === null) return undefined;
  return () => goTo({ page: 'search', preset: presetOf(narrowed, day === today() ? null : day) });
}

function ListButton({
  text,
  onOpen,
}: {
  readonly text: string;
  readonly onOpen: (() => void) | undefined;
}) {
  return onOpen === undefined ? (
    text
  ) : (
    <button type="button" className="link" onClick={onOpen}>
      {text}
    </button>
  );
}

/** Shares have a whole; counts have -1 in its place. */
function figuresOf(board: Board) {
  const { byStatus, within, total, renewal } = board;
  const rate = { part: renewal.renewed, whole: board.isWhole ? renewal.ended : 0 };
  const valid = (): Filter => ({ statuses: ['valid'] });
  const lapsed = (): Filter => ({ statuses: [...STATUS_GROUPS.expired] });
  const due = (day: number): Filter => boardLists.within(day, 90);
  const expired = (byStatus.expired ?? 0) + (byStatus['review-overdue'] ?? 0);
  return [
    { word: 'boards.total', part: total, whole: -1, list: () => ({}) },
    { word: 'groups.valid', part: byStatus.valid ?? 0, whole: -1, list: valid },
    { word: 'boards.valid-rate', part: byStatus.valid ?? 0, whole: total, list: valid },
    { word: 'boards.within90', part: within.d90, whole: -1, list: due },
    { word: 'boards.due90-rate', part: within.d90, whole: total, list: due },
    { word: 'boards.expired', part: expired, whole: -1, list: lapsed },
    { word: 'boards.expired-rate', part: expired, whole: total, list: lapsed },
    // The list of a rate is what keeps it from being whole.
    { word: 'boards.renewal', ...rate, list: boardLists.lapsed },
  ] as const;
}
