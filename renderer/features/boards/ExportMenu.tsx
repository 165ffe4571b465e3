import { useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { goTo } from '../../lib/navigation';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useBoards } from './boards-store';

/** What of a board goes out by the signed route: its figures, or the certificates behind them. */
export function ExportMenu({
  board,
  filter,
}: {
  readonly board: Board | null;
  readonly filter: Filter;
}) {
  const t = useT();
  const rival = useBoards((state) => state.rival);
  const [isOpen, setOpen] = useState(false);
  const go = (place: Parameters<typeof goTo>[0]) => {
    setOpen(false);
    goTo(place);
  };
  return (
    <>
      <Button
        icon="download"
        disabled={!board || board.total === 0}
        title={t('boards.export-text')}
        onClick={() => setOpen(true)}
      >
        {t('boards.export')}
      </Button>
      {isOpen && board ? (
        <Dialog
          title={t('boards.export-what')}
          onClose={() => setOpen(false)}
          actions={<Button onClick={() => setOpen(false)}>{t('act.cancel')}</Button>}
        >
          <ul className="bexport">
            <li>
              <Button
                look="primary"
                icon="chart"
                onClick={() =>
                  go({
                    page: 'exports',
                    filter,
                    board: { day: board.day, rival: rival.kind === 'none' ? null : rival },
                  })
                }
              >
                {t('boards.export-board')}
              </Button>
              <span className="c2">{t('boards.export-board-text')}</span>
            </li>
            <li>
              <Button
                icon="table"
                disabled={board.isPast}
                onClick={() => go({ page: 'exports', filter })}
              >
                {t('boards.export-list')}
              </Button>
              <span className="c2">
                {t(board.isPast ? 'boards.export-list-past' : 'boards.export-list-text')}
              </span>
            </li>
          </ul>
        </Dialog>
      ) : null}
    </>
  );
}
