const WIDTH = 48;
const HEIGHT = 24;
const INSET = 4;

/**
 * The shape of a row of figures, without axes; decorative beside the figure itself. Of fewer than two there is only its place,
 * which is kept for those that are on their way.
 */
export function Sparkline({
  values,
  tone,
}: {
  readonly values: readonly number[];
  readonly tone: 'chart' | 'ok' | 'warn' | 'bad';
}) {
  const low = Math.min(...values);
  const span = Math.max(1, Math.max(...values) - low);
  const points = (values.length < 2 ? [] : values).map((value, index) => [
    2 + (index / (values.length - 1)) * (WIDTH - INSET),
    HEIGHT - INSET - ((value - low) / span) * (HEIGHT - 2 * INSET),
  ]);
  const path = points
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x?.toFixed(1)} ${y?.toFixed(1)}`)
    .join('');
  const colour = tone === 'chart' ? 'var(--chart-1)' : `var(--${tone}-solid)`;
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className="flip">
      <path
        d={path}
        fill="none"
        stroke={colour}
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
