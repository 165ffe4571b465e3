import type { ForecastTest } from '../../../../shared/ipc/routes/forecast';
import { useT } from '../../../i18n';
import { formatCount, formatShare } from '../../../lib/format';
import type { FigureTable } from '../../../ui/ChartFrame';

const SIDE = 150;
const EDGE = 22;
const share = (value: number): string => formatShare(value, 1);

/** The marks of model and baseline, then the curve of foretold and happened. */
export function backTestTable(t: ReturnType<typeof useT>, test: ForecastTest): FigureTable {
  return {
    head: [t('forecast.measure'), t('forecast.model'), t('forecast.naive')],
    rows: [
      ...marks(t, test).map(({ name, model, naive }) => ({
        key: name,
        cells: [name, model, naive],
      })),
      ...test.calibration.map(({ foretold, happened, count }, i) => ({
        key: `c${i}`,
        cells: [
          t('forecast.tenth', { tenth: i + 1, count: formatCount(count) }),
          t('forecast.foretold', { share: share(foretold) }),
          t('forecast.happened', { share: share(happened) }),
        ],
      })),
    ],
  };
}

function marks(t: ReturnType<typeof useT>, { model, naive }: ForecastTest) {
  return [
    { name: t('forecast.accuracy'), model: share(model.accuracy), naive: share(naive.accuracy) },
    { name: t('forecast.recall'), model: share(model.recall), naive: share(naive.recall) },
    { name: t('forecast.precision'), model: share(model.precision), naive: share(naive.precision) },
    { name: t('forecast.brier'), model: model.brier.toFixed(3), naive: naive.brier.toFixed(3) },
  ];
}

/** How the forecast did on the last year, beside the naive one, and its calibration curve. */
export function BackTestView({ test }: { readonly test: ForecastTest }) {
  const t = useT();
  const most = Math.max(
    0.1,
    ...test.calibration.flatMap(({ foretold, happened }) => [foretold, happened]),
  );
  const at = (value: number): number => EDGE + (value / most) * (SIDE - EDGE - 6);
  const points = test.calibration.map(
    ({ foretold, happened }) => [at(foretold), SIDE - at(happened)] as const,
  );
  return (
    <div className="body fctest">
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{t('forecast.measure')}</th>
            <th scope="col" className="r">
              {t('forecast.model')}
            </th>
            <th scope="col" className="r">
              {t('forecast.naive')}
            </th>
          </tr>
        </thead>
        <tbody>
          {marks(t, test).map(({ name, model, naive }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="r num">{model}</td>
              <td className="r num">{naive}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figure dir="ltr">
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
          <path d={`M${EDGE} 6V${SIDE - EDGE}H${SIDE - 6}`} className="axis" />
          <path d={`M${at(0)} ${SIDE - at(0)}L${at(most)} ${SIDE - at(most)}`} className="ideal" />
          <polyline points={points.map((point) => point.join(',')).join(' ')} />
          {points.map(([x, y]) => (
            <circle key={x} cx={x} cy={y} r="2.5" />
          ))}
          <text x={EDGE} y={SIDE - 8}>
            0
          </text>
          <text x={SIDE - 6} y={SIDE - 8} textAnchor="end">
            {share(most)}
          </text>
        </svg>
        <figcaption className="t12 c3" dir="auto">
          {t('forecast.curve')}
        </figcaption>
      </figure>
    </div>
  );
}
