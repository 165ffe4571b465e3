import { memo, useState } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Trend } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { ChartFrame } from '../../ui/ChartFrame';
import { ExamsDialog, type Outcome } from './lists/ExamsDialog';
import { openList } from './open-list';
import { ShareBars } from './ShareBars';

/** Renewal and pass rates by training body. */
export const TrainingBodies = memo(function TrainingBodies({
  board,
  filter,
  exams,
  isTable,
}: {
  readonly board: Board;
  readonly filter: Filter;
  /** null while they are read. */
  readonly exams: Trend['exams'] | null;
  readonly isTable: boolean;
}) {
  const t = useT();
  const bodies = board.bodies.map((body) => {
    const found = exams?.find((one) => one.body === body.id);
    return { ...body, exams: found?.exams ?? 0, passed: found?.passed ?? 0 };
  });
  const list = (body: number, change: Filter) => () => openList(filter, { body, ...change });
  const [opened, setOpened] = useState<{
    readonly body: { readonly id: number; readonly name: string };
    readonly first: Outcome;
  } | null>(null);
  const exam = (body: (typeof bodies)[number], first: Outcome) =>
    body.exams === 0 ? undefined : () => setOpened({ body, first });
  const [first] = bodies;
  // Before all changes are here there is no rate.
  const ended = (one: { readonly ended: number }) => (board.isWhole ? one.ended : 0);
  return (
    <>
      {opened ? <ExamsDialog {...opened} filter={filter} onClose={() => setOpened(null)} /> : null}
      <ChartFrame
        title={t('boards.bodies')}
        note={t('boards.bodies-note')}
        sentence={
          first
            ? t('boards.bodies-sentence', {
                body: first.name,
                renewal: isolate(formatShare(first.renewed, ended(first))),
                pass: isolate(formatShare(first.passed, first.exams)),
              })
            : t('boards.no-bodies')
        }
        isTable={isTable}
        table={() => ({
          head: [
            t('boards.body'),
            t('boards.count'),
            t('boards.renewal'),
            t('boards.exams'),
            t('boards.pass-rate'),
          ],
          rows: bodies.map((one) => ({
            key: String(one.id),
            cells: [
              one.name,
              formatCount(one.total),
              formatShare(one.renewed, ended(one)),
              formatCount(one.exams),
              formatShare(one.passed, one.exams),
            ],
            onOpen: list(one.id, {}),
            onFigure: [
              undefined,
              list(one.id, {}),
              // Those that make the rate less than whole.
              list(one.id, boardLists.lapsed(board.day)),
              exam(one, 'all'),
              exam(one, 'failed'),
            ],
          })),
        })}
      >
        {bodies.length === 0 ? (
          <p className="body c3">{t('boards.no-bodies')}</p>
        ) : (
          <ShareBars
            heads={[t('boards.renewal'), t('boards.pass-rate')]}
            rows={bodies.map((one, place) => ({
              key: String(place),
              name: one.name,
              length: ended(one) === 0 ? 0 : one.renewed / ended(one),
              cells: [formatShare(one.renewed, ended(one)), formatShare(one.passed, one.exams)],
              onOpen: list(one.id, {}),
              onSecond: exam(one, 'all'),
            }))}
          />
        )}
      </ChartFrame>
    </>
  );
});
