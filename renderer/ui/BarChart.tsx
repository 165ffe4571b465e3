import { memo, useMemo } from 'react';
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
import { type BarDatum, BarValuesProvider, STEPS, stepOver, useBarValues } from './bar-scale';

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
const sumOf = ({ values }: BarDatum): number => values.reduce((all, value) => all + value, 0);

/**
 * Stacked bars over a row of places. Arrow keys walk the bars, a press opens the list behind one.
 *
 * The library lays out the frame once: places, lines, tooltip. Other values do not pass through it, which would make all of it
 * anew in several passes: bars and the words of the scale take them from around the chart, and so change with everything else.
 */
export function BarChart({ label, data, isRtl, ...values }: BarChartProps) {
  const step = stepOver(Math.max(0, ...data.map(sumOf)));
  return (
    <BarValuesProvider value={{ data, step, ...values }}>
      <Frame
        label={label}
        isRtl={isRtl}
        places={JSON.stringify(data.map((one) => [one.key, one.label]))}
      />
    </BarValuesProvider>
  );
}

interface FrameProps {
  readonly label: string;
  readonly isRtl: boolean;
  /** Keys and words of the places: a text, which is the same as long as they are. */
  readonly places: string;
}

const DOMAIN = [0, STEPS];
const LINES = Array.from({ length: STEPS + 1 }, (_, index) => index);

const Frame = memo(function Frame({ label, isRtl, places }: FrameProps) {
  const rows = useMemo(
    () =>
      (JSON.parse(places) as [string, string][]).map(([key, word]) => ({ key, word, top: STEPS })),
    [places],
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
            dataKey="word"
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
            domain={DOMAIN}
            ticks={LINES}
            tick={sideWord}
          />
          <Tooltip
            cursor={{ fill: 'var(--bg-hover)' }}
            content={BarTip}
            isAnimationActive={false}
          />
          <Bar dataKey="top" isAnimationActive={false} shape={slot} />
        </RechartsBarChart>
      </ResponsiveContainer>
    </div>
  );
});

interface Slot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly index: number;
}

/** The library's bar reaches to the top of the chart: what stands in it is ours. */
function slot({ x, y, width, height, index }: BarShapeProps & { readonly index?: number }) {
  return <StackedBar {...{ x, y, width, height }} index={index ?? 0} />;
}

/**
 * The values of one place on one another, as plain rectangles: the library's own measure themselves when they are put in, and
 * each series of its own costs as much again.
 */
function StackedBar({ x, y, width, height, index }: Slot) {
  const { data, step, upperColours, onOpen } = useBarValues();
  const datum = data[index];
  if (datum === undefined || !(width > 0 && height > 0)) return <g />;
  let below = 0;
  return (
    <g>
      {datum.values.map((value, series) => {
        const part = (height * value) / (step * STEPS);
        below += part;
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the table beside the chart opens the same lists by key
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a series has its place
            key={series}
            className="recharts-rectangle"
            {...{ x, width }}
            y={y + height - below}
            height={part}
            fill={series === 0 ? datum.colour : (upperColours[series - 1] ?? 'var(--chart-1)')}
            rx={series === datum.values.length - 1 ? Math.min(2, part / 2) : 0}
            onClick={() => onOpen(datum.key, series)}
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
}

/** Words of an axis as they are: the library's own are measured, to be broken where they do not fit. */
function bottomWord({ x, y, payload }: WordProps) {
  return (
    <text x={x} y={Number(y) + 9} textAnchor="middle">
      {String(payload.value)}
    </text>
  );
}

function sideWord({ x, y, textAnchor, payload }: WordProps) {
  return (
    <text x={x} y={Number(y) + 4} textAnchor={textAnchor as 'start' | 'end'}>
      <LineWord line={Number(payload.value)} />
    </text>
  );
}

function LineWord({ line }: { readonly line: number }) {
  const { step, formatValue } = useBarValues();
  return formatValue(line * step);
}

interface BarTipProps {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: { readonly key: string } }[];
}

function BarTip({ active = false, payload }: BarTipProps) {
  const { data, series, formatValue } = useBarValues();
  const datum = data.find(({ key }) => key === payload?.[0]?.payload?.key);
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
