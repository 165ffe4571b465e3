import { rivalQuestion } from '../../../shared/ipc/board-rival';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatDay, formatShare } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { useQuery } from '../../lib/use-query';
import { useFilterChoices } from '../../parts/FilterChips';
import { ChipSelect } from '../../ui/Select';
import { useBoards } from './boards-store';
import { yearBack } from './past-days';

/** The board beside another day or another region: the same figures, and what differs. */
export function Comparison({ board, filter }: { readonly board: Board; readonly filter: Filter }) {
  const t = useT();
  const tables = useTables();
  const rival = useBoards((state) => state.rival);
  const { regions } = useFilterChoices(filter);
  const other = rivalQuestion(filter, {
    day: board.day,
    rival: rival.kind === 'none' ? null : rival,
  });
  const query = useQuery('boards.query', other);
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
      {against === null ? (
        <p className="body c3">{t('boards.compare-empty')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <div className="scroll x" tabIndex={0} aria-busy={query.state === 'loading'}>
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
              {figuresOf(board).map(({ word, part, whole }, index) => {
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
                    <td className="r num">{show({ part, whole })}</td>
                    <td className="r num">{show(theirs)}</td>
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
}

/** Shares have a whole; counts have -1 in its place. */
function figuresOf(board: Board) {
  const { byStatus, within, total, renewal } = board;
  const expired = (byStatus.expired ?? 0) + (byStatus['review-overdue'] ?? 0);
  return [
    { word: 'boards.total', part: total, whole: -1 },
    { word: 'groups.valid', part: byStatus.valid ?? 0, whole: -1 },
    { word: 'boards.valid-rate', part: byStatus.valid ?? 0, whole: total },
    { word: 'boards.within90', part: within.d90, whole: -1 },
    { word: 'boards.due90-rate', part: within.d90, whole: total },
    { word: 'boards.expired', part: expired, whole: -1 },
    { word: 'boards.expired-rate', part: expired, whole: total },
    { word: 'boards.renewal', part: renewal.renewed, whole: renewal.ended },
  ] as const;
}
