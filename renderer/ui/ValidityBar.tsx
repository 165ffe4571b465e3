interface ValidityBarProps {
  readonly tone: 'ok' | 'warn' | 'bad' | 'off';
  /** Elapsed share of the term, 0–100. */
  readonly percent: number;
  /** Where the review is due, or null. */
  readonly reviewPercent: number | null;
  readonly isStale?: boolean;
}

/** Repeats the status as a share of the term; the word beside it stays the status. */
export function ValidityBar({ tone, percent, reviewPercent, isStale = false }: ValidityBarProps) {
  return (
    <span className={`vb ${tone}${isStale && tone === 'ok' ? ' stale' : ''}`} aria-hidden="true">
      <i style={{ inlineSize: `${percent}%` }} />
      {reviewPercent === null ? null : <u style={{ insetInlineStart: `${reviewPercent}%` }} />}
    </span>
  );
}
