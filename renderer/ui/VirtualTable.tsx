// biome-ignore-all lint/a11y/useSemanticElements: the grid is laid out by CSS and its rows exist only while on screen, which table elements cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop; aria-activedescendant or roving tabindex moves inside
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid
import { type KeyboardEvent, memo, type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import { useRowsInView } from './use-rows-in-view';

export interface TableColumn<T> {
  readonly id: string;
  readonly title: string;
  /** CSS grid track: "120px", "minmax(0,1fr)". */
  readonly track: string;
  readonly isEnd?: boolean;
  readonly cell: (row: T) => ReactNode;
}

interface VirtualTableProps<T> {
  readonly label: string;
  readonly columns: readonly TableColumn<T>[];
  /** How many rows there are in all, loaded or not. */
  readonly count: number;
  /** The row at a place, or null while it is not loaded. */
  readonly rowAt: (index: number) => T | null;
  readonly rowHeight: number;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onOpen: (row: T) => void;
  /** First and last place on screen. */
  readonly onRange?: (first: number, last: number) => void;
}

const HEAD_HEIGHT = 32;
/** The pool of row elements grows by so many: a scroll that shows one row more changes no element's place. */
const SPARE_ROWS = 16;

/** Chromium lays out nothing higher than 2^25 px; what is beyond could not be scrolled to. */
const MAX_HEIGHT = 33_000_000;

/** How many of so many rows a table can show at this height. */
export function listableRows(count: number, rowHeight: number): number {
  return Math.min(count, Math.floor((MAX_HEIGHT - HEAD_HEIGHT) / rowHeight));
}

/** A dense table of any length: only the rows on screen exist; arrows move, Enter opens. */
export function VirtualTable<T>({
  label,
  columns,
  count,
  rowAt,
  rowHeight,
  active,
  onActive,
  onOpen,
  onRange,
}: VirtualTableProps<T>) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { range, show } = useRowsInView(box, { rowHeight, headHeight: HEAD_HEIGHT, count });
  const [first, last] = range;
  useEffect(() => onRange?.(first, Math.max(first, last)), [onRange, first, last]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(count - 1, to));
    onActive(index);
    show(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const targets: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) move(target);
    else if (event.key === 'Enter') {
      const row = rowAt(active);
      if (row) onOpen(row);
    } else return;
    event.preventDefault();
  };

  const tracks = useMemo(() => columns.map((column) => column.track).join(' '), [columns]);
  // The rows ask for the acts of the moment, so that another act draws none of them anew.
  const latest = useRef({ onActive, onOpen });
  latest.current = { onActive, onOpen };
  const acts = useMemo<RowActs<T>>(
    () => ({
      choose: (index) => latest.current.onActive(index),
      open: (row) => latest.current.onOpen(row),
    }),
    [],
  );
  // An element is used again for the row that comes in as another goes out; only its words change.
  const places = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const pool = places.length + SPARE_ROWS - (places.length % SPARE_ROWS);
  return (
    <div
      ref={box}
      className="vt-body"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= first && active <= last ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="vt-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {columns.map((column) => (
          <span key={column.id} role="columnheader" className={column.isEnd ? 'r' : undefined}>
            {column.title}
          </span>
        ))}
      </div>
      <div className="vt-rows" role="presentation" style={{ blockSize: count * rowHeight }}>
        {places.map((index) => (
          <TableRow
            key={index % pool}
            id={`${id}-${index}`}
            index={index}
            row={rowAt(index)}
            columns={columns}
            tracks={tracks}
            top={index * rowHeight}
            isActive={index === active}
            acts={acts}
          />
        ))}
      </div>
    </div>
  );
}

interface RowActs<T> {
  readonly choose: (index: number) => void;
  readonly open: (row: T) => void;
}

interface TableRowProps<T> {
  readonly id: string;
  readonly index: number;
  readonly row: T | null;
  readonly columns: readonly TableColumn<T>[];
  readonly tracks: string;
  readonly top: number;
  readonly isActive: boolean;
  readonly acts: RowActs<T>;
}

function PlainRow<T>({ id, index, row, columns, tracks, top, isActive, acts }: TableRowProps<T>) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      className={`vt-row${isActive ? ' on' : ''}${row ? '' : ' wait'}`}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }}
      onClick={() => acts.choose(index)}
      onDoubleClick={() => row && acts.open(row)}
    >
      {columns.map((column) => (
        <span key={column.id} role="gridcell" className={column.isEnd ? 'r' : undefined}>
          {row ? column.cell(row) : null}
        </span>
      ))}
    </div>
  );
}

/** Drawn again only when its row, its place or its choice changed: a scroll touches the rows that come in. */
const TableRow = memo(PlainRow) as typeof PlainRow;
