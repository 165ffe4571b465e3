// biome-ignore-all lint/a11y/useSemanticElements: the grid is laid out by CSS and its rows exist only while on screen, which table elements cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop; aria-activedescendant or roving tabindex moves inside
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';

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
  readonly keyOf: (row: T) => number;
}

const HEAD_HEIGHT = 32;

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
  keyOf,
}: VirtualTableProps<T>) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [onRange, first, last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height measures again
  useEffect(() => virtual.measure(), [rowHeight]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(count - 1, to));
    onActive(index);
    virtual.scrollToIndex(index);
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

  const template = { gridTemplateColumns: columns.map((column) => column.track).join(' ') };
  return (
    <div
      ref={box}
      className="vt-body"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={
        items.some((item) => item.index === active) ? `${id}-${active}` : undefined
      }
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="vt-head" role="row" aria-rowindex={1} style={template}>
        {columns.map((column) => (
          <span key={column.id} role="columnheader" className={column.isEnd ? 'r' : undefined}>
            {column.title}
          </span>
        ))}
      </div>
      <div className="vt-rows" role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rowAt(item.index);
          return (
            <div
              key={row ? `r${keyOf(row)}` : `w${item.index}`}
              id={`${id}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === active}
              className={`vt-row${item.index === active ? ' on' : ''}${row ? '' : ' wait'}`}
              style={{ ...template, transform: `translateY(${item.start - HEAD_HEIGHT}px)` }}
              onClick={() => onActive(item.index)}
              onDoubleClick={() => row && onOpen(row)}
            >
              {columns.map((column) => (
                <span key={column.id} role="gridcell" className={column.isEnd ? 'r' : undefined}>
                  {row ? column.cell(row) : null}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
