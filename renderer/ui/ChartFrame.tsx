import { type ReactNode, useId } from 'react';

export interface FigureTable {
  /** Columns of words at the beginning, before those of figures; one unless told. */
  readonly words?: number;
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly string[];
    readonly onOpen?: () => void;
    /** Lists behind the figures, cell by cell; undefined where one has none. */
    readonly onFigure?: readonly ((() => void) | undefined)[];
  }[];
}

interface ChartFrameProps {
  readonly title: string;
  readonly note?: string;
  /** One sentence that says what the picture shows. */
  readonly sentence: string;
  readonly legend?: ReactNode;
  readonly isTable: boolean;
  /** Made when it is looked at. */
  readonly table: () => FigureTable;
  readonly children: ReactNode;
}

/** A figure: title, legend, the picture or its table, and a sentence for who cannot see it. */
export function ChartFrame({
  title,
  note,
  sentence,
  legend,
  isTable,
  table,
  children,
}: ChartFrameProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={`${id}-t`} aria-describedby={`${id}-s`}>
      <header className="low">
        <h2 id={`${id}-t`}>{title}</h2>
        {note ? <span className="t12 c3 el">{note}</span> : null}
        {legend ? <span className="end row g16">{legend}</span> : null}
      </header>
      <p className="vh" id={`${id}-s`}>
        {sentence}
      </p>
      {isTable ? <FigureTableView table={table()} /> : children}
    </section>
  );
}

function FigureTableView({ table }: { readonly table: FigureTable }) {
  const { words = 1 } = table;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0}>
      <table className={words > 1 ? 'tbl figtable two' : 'tbl figtable'}>
        <thead>
          <tr>
            {table.head.map((title, index) => (
              <th key={title} scope="col" className={index < words ? undefined : 'r'}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => {
                const open = index === 0 ? row.onOpen : row.onFigure?.[index];
                return (
                  <td key={table.head[index]} className={index < words ? undefined : 'r num'}>
                    {open ? (
                      <button
                        type="button"
                        className="link"
                        // A name that is too long is cut at its own end, whichever way the page reads.
                        dir={index < words ? 'auto' : undefined}
                        onClick={open}
                      >
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
