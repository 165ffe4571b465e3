import { type ReactNode, useMemo, useState } from 'react';
import { useT } from '../../../i18n';
import { useRowHeight } from '../../../lib/use-row-height';
import { type TableColumn, VirtualTable } from '../../../ui/VirtualTable';

/** What every row of a list says of itself. */
interface Line {
  readonly line: number;
  readonly name: string | null;
}

interface HandInTableProps<R extends Line> {
  readonly label: string;
  readonly rows: readonly R[];
  /** The last column: what is wrong with a row, or what became of it. */
  readonly last: { readonly id: string; readonly title: string };
  /** Its cell; the same function from one drawing to the next, or the columns are made anew. */
  readonly cell: (row: R) => ReactNode;
}

/** Rows of a list by their line and name, before it is signed and after it was handed in. */
export function HandInTable<R extends Line>({ label, rows, last, cell }: HandInTableProps<R>) {
  const t = useT();
  const [active, setActive] = useState(0);
  const rowHeight = useRowHeight();
  const { id, title } = last;
  const columns = useMemo(
    (): readonly TableColumn<R>[] => [
      {
        id: 'line',
        title: t('imports.line'),
        track: '80px',
        isEnd: true,
        cell: ({ line }) => <span className="num">{line}</span>,
      },
      {
        id: 'name',
        title: t('imports.name'),
        track: '180px',
        cell: ({ name }) => <span dir="auto">{name || '–'}</span>,
      },
      { id, title, track: 'minmax(0,1fr)', cell },
    ],
    [t, id, title, cell],
  );
  return (
    <VirtualTable
      label={label}
      columns={columns}
      count={rows.length}
      rowAt={(index) => rows[index] ?? null}
      rowHeight={rowHeight}
      active={active}
      onActive={setActive}
      onOpen={() => undefined}
    />
  );
}
