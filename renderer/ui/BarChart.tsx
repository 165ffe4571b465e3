import {
  Bar,
  type BarShapeProps,
  CartesianGrid,
  BarChart as RechartsBarChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';

export interface BarDatum {
  readonly key: string;
  readonly label: string;
  /** Full name of the bar for the tooltip. */
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: string;
}

interface BarChartProps {
  readonly label: string;
  readonly data: readonly BarDatum[];
  /** Names of the stacked values, bottom first. */
  readonly series: readonly string[];
  /** Colours of the series above the first; the first is coloured bar by bar. */
  readonly upperColours: readonly string[];
  readonly isRtl: boolean;
  readonly formatValue: (value: number) => string;
  /** A bar's part, by the number of its series. */
  readonly onOpen: (key: string, series: number) => void;
}

const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 };

/** Stacked bars over a row of places. Arrow keys walk the bars, a press opens the list behind one. */
export function BarChart({
  label,
  data,
  series,
  upperColours,
  isRtl,
  formatValue,
  onOpen,
}: BarChartProps) {
  const rows = data.map((datum) => ({
    ...datum,
    sum: datum.values.reduce((all, value) => all + value, 0),
  }));
  const bar = (place: BarShapeProps) => (
    <StackedBar
      {...{ place, upperColours }}
      onOpen={(index) => onOpen((place.payload as BarDatum).key, index)}
    />
  );
  return (
    <div className="chart grow" dir="ltr">
      <ResponsiveContainer
        width="100%"
        height="100%"
        minHeight={120}
        initialDimension={{ width: 720, height: 170 }}
      >
        <RechartsBarChart data={rows} margin={MARGIN} barCategoryGap="22%" title={label}>
          <CartesianGrid vertical={false} />
          <XAxis
            dataKey="label"
            reversed={isRtl}
            tickLine={false}
            axisLine={false}
            interval={0}
            height={22}
            tick={bottomWord}
          />
          <YAxis
            orientation={isRtl ? 'right' : 'left'}
            tickLine={false}
            axisLine={false}
            width={48}
            tick={sideWord}
            tickFormatter={formatValue}
            allowDecimals={false}
          />
          <Tooltip
            cursor={{ fill: 'var(--bg-hover)' }}
            content={<BarTip series={series} formatValue={formatValue} />}
            isAnimationActive={false}
          />
          <Bar dataKey="sum" isAnimationActive={false} shape={bar} />
        </RechartsBarChart>
      </ResponsiveContainer>
    </div>
  );
}

interface StackedBarProps {
  readonly place: BarShapeProps;
  readonly upperColours: readonly string[];
  readonly onOpen: (series: number) => void;
}

/**
 * The values of one place on one another, as plain rectangles: the library's own measure themselves when they are put in, and
 * each series of its own costs as much again at a press.
 */
function StackedBar({ place, upperColours, onOpen }: StackedBarProps) {
  const { x, y, width, height, payload } = place;
  const { values, colour } = payload as BarDatum;
  const sum = values.reduce((all, value) => all + value, 0);
  if (!(width > 0 && height > 0 && sum > 0)) return <g />;
  let below = 0;
  return (
    <g>
      {values.map((value, index) => {
        const part = (height * value) / sum;
        below += part;
        if (part <= 0) return null;
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the table beside the chart opens the same lists by key
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a series has its place
            key={index}
            className="recharts-rectangle"
            {...{ x, width }}
            y={y + height - below}
            height={part}
            fill={index === 0 ? colour : (upperColours[index - 1] ?? 'var(--chart-1)')}
            rx={index === values.length - 1 ? Math.min(2, part / 2) : 0}
            onClick={() => onOpen(index)}
          />
        );
      })}
    </g>
  );
}

interface WordProps {
  readonly x: number | string;
  readonly y: number | string;
  readonly textAnchor?: string | undefined;
  readonly payload: { readonly value: unknown };
  readonly tickFormatter?: ((value: never, index: number) => string) | undefined;
}

/** Words of an axis as they are: the library's own are measured, to be broken where they do not fit. */
function bottomWord({ x, y, payload }: WordProps) {
  return (
    <text x={x} y={Number(y) + 9} textAnchor="middle">
      {String(payload.value)}
    </text>
  );
}

function sideWord({ x, y, textAnchor, payload, tickFormatter }: WordProps) {
  return (
    <text x={x} y={Number(y) + 4} textAnchor={textAnchor as 'start' | 'end'}>
      {tickFormatter ? tickFormatter(payload.value as never, 0) : String(payload.value)}
    </text>
  );
}

interface BarTipProps {
  readonly series: readonly string[];
  readonly formatValue: (value: number) => string;
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload: BarDatum }[];
}

function BarTip({ series, formatValue, active = false, payload }: BarTipProps) {
  const datum = payload?.[0]?.payload;
  if (!active || !datum) return null;
  return (
    <div className="pop tip t12">
      <b>{datum.name}</b>
      {series.map((name, index) => (
        <span key={name} className="row">
          {name}
          <b className="num end">{formatValue(datum.values[index] ?? 0)}</b>
        </span>
      ))}
    </div>
  );
}
