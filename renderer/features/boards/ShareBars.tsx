interface ShareBarsProps {
  /** Heads of the two figures behind each bar. */
  readonly heads: readonly [string, string];
  readonly rows: readonly {
    readonly key: string;
    readonly name: string;
    /** Of the bar, compared with the others. */
    readonly length: number;
    readonly cells: readonly [string, string];
    readonly onOpen?: () => void;
    /** The list behind the second figure, where it is another one. */
    readonly onSecond?: (() => void) | undefined;
  }[];
}

/** Names with a bar and two figures each, longest names cut; those that open something are buttons. */
export function ShareBars({ heads, rows }: ShareBarsProps) {
  const most = Math.max(Number.EPSILON, ...rows.map(({ length }) => length));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="body kindlist bars" tabIndex={0} aria-label={heads.join(' ')}>
      <div className="kind h t12 c3" aria-hidden="true">
        <span />
        <span />
        <span>{heads[0]}</span>
        <span>{heads[1]}</span>
      </div>
      {rows.map(({ key, name, length, cells, onOpen, onSecond }) => {
        const content = (
          <>
            <span className="el" title={name} dir="auto">
              {name}
            </span>
            <span className="bar">
              <i style={{ inlineSize: `${Math.max(2, (length / most) * 100)}%` }} />
            </span>
            <span className="num">{cells[0]}</span>
            {onSecond ? null : <span className="num c2">{cells[1]}</span>}
          </>
        );
        if (onOpen && onSecond)
          return (
            <div key={key} className="kind twice t12">
              <button type="button" className="kind" onClick={onOpen}>
                {content}
              </button>
              <button
                type="button"
                className="num c2"
                aria-label={`${name} ${heads[1]} ${cells[1]}`}
                onClick={onSecond}
              >
                {cells[1]}
              </button>
            </div>
          );
        return onOpen ? (
          <button key={key} type="button" className="kind t12" onClick={onOpen}>
            {content}
          </button>
        ) : (
          <div key={key} className="kind t12">
            {content}
          </div>
        );
      })}
    </section>
  );
}
