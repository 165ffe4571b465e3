// biome-ignore-all lint/a11y/useSemanticElements: the grid is laid out by CSS and its rows exist only while on screen, which table elements cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop; aria-activedescendant or roving tabindex moves inside
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';

export interface HeatCell {
  /** What is written in it. */
  readonly text: string;
  /** 0–6 on the sequential scale, null for a cell without a figure. */
  readonly step: number | null;
  /** Said in full to assistive technology. */
  readonly label: string;
  readonly isOn: boolean;
}

interface HeatMapProps {
  readonly label: string;
  readonly corner: string;
  readonly columns: readonly { readonly key: string; readonly name: string }[];
  readonly rows: readonly {
    readonly key: string;
    readonly name: string;
    readonly cells: readonly HeatCell[];
  }[];
  readonly onCell: (row: number, column: number) => void;
  readonly onRow: (row: number) => void;
  readonly onColumn: (column: number) => void;
}

/** A map of rows by columns on one colour scale; one tab stop, arrow keys walk the cells. */
export function HeatMap({ label, corner, columns, rows, onCell, onRow, onColumn }: HeatMapProps) {
  const [last, setAt] = useState<readonly [number, number]>([0, 0]);
  // A press may leave fewer rows and columns than there were.
  const at = [
    Math.min(last[0], Math.max(0, rows.length - 1)),
    Math.min(last[1], Math.max(0, columns.length - 1)),
  ] as const;
  const box = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  const place = `${at[0]}-${at[1]}`;
  // Whoever walks by key stays in the map when the cell that he pressed is gone.
  useLayoutEffect(() => {
    if (hasFocus.current && document.activeElement === document.body)
      box.current?.querySelector<HTMLButtonElement>(`[data-at="${place}"]`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const steps: Record<string, readonly [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, isRtl ? 1 : -1],
      ArrowRight: [0, isRtl ? -1 : 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(rows.length - 1, at[0] + step[0]));
    const column = Math.max(0, Math.min(columns.length - 1, at[1] + step[1]));
    setAt([row, column]);
    box.current?.querySelector<HTMLButtonElement>(`[data-at="${row}-${column}"]`)?.focus();
  };
  return (
    <div
      ref={box}
      className="heat"
      role="grid"
      tabIndex={-1}
      aria-label={label}
      style={{ gridTemplateColumns: `96px repeat(${columns.length}, minmax(0, 1fr))` }}
      onKeyDown={onKeyDown}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={({ relatedTarget, currentTarget, target }) => {
        // One that is taken away while it has the focus gives it to nobody.
        if (relatedTarget !== null || target.isConnected)
          hasFocus.current = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
      }}
    >
      <div role="row" className="contents">
        <span role="columnheader" className="hd">
          <span className="vh">{corner}</span>
        </span>
        {columns.map((column, index) => (
          <span key={column.key} role="columnheader" className="hd" dir="auto" title={column.name}>
            <button type="button" tabIndex={-1} onClick={() => onColumn(index)}>
              {column.name}
            </button>
          </span>
        ))}
      </div>
      {rows.map((row, rowIndex) => (
        <div key={row.key} role="row" className="contents">
          <span role="rowheader" className="rh" title={row.name}>
            <button type="button" tabIndex={-1} onClick={() => onRow(rowIndex)}>
              {row.name}
            </button>
          </span>
          {row.cells.map((cell, columnIndex) => (
            <button
              key={columns[columnIndex]?.key}
              type="button"
              role="gridcell"
              data-at={`${rowIndex}-${columnIndex}`}
              className={`cell ${cell.step === null ? 'none' : `num q${cell.step}`}${cell.isOn ? ' on' : ''}`}
              tabIndex={at[0] === rowIndex && at[1] === columnIndex ? 0 : -1}
              aria-label={cell.label}
              aria-selected={cell.isOn}
              onFocus={() => setAt([rowIndex, columnIndex])}
              onClick={() => onCell(rowIndex, columnIndex)}
            >
              {cell.text}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** The legend of the scale, low to high. */
export function HeatLegend({ low, high }: { readonly low: string; readonly high: string }) {
  return (
    <span className="row t12 c3">
      {low}
      <span className="ramp flip" aria-hidden="true">
        {Array.from({ length: 7 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fixed scale
          <i key={index} />
        ))}
      </span>
      {high}
    </span>
  );
}
