import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';

const COLUMNS = 39;
const LINES = 12;
const STEP = 8;
const SIDE = 6.5;

interface GroupFieldProps {
  /** Check groups of the slice, and how many of them differ. */
  readonly groups: number;
  readonly differing: number;
  readonly isProven: boolean;
}

/**
 * The share of check groups that differ, in squares of equally many groups each. It shows how many, never which:
 * the different ones stand at the end.
 */
export function GroupField({ groups, differing, isProven }: GroupFieldProps) {
  const t = useT();
  const each = Math.max(1, Math.ceil(groups / (COLUMNS * LINES)));
  const squares = Math.ceil(groups / each);
  const height = Math.ceil(squares / COLUMNS) * STEP;
  const odd = Math.min(squares, Math.ceil(differing / each));
  return (
    <div className="field2" aria-hidden="true">
      <div className="row t12 c2">
        {t('sync.groups')}
        {each > 1 ? (
          <span className="c3">{t('sync.groups-each', { count: isolate(formatCount(each)) })}</span>
        ) : null}
        <span className="end row">
          <span className="leg">
            <i className={isProven || odd > 0 ? 'ok' : 'off'} />
            {t(isProven || odd > 0 ? 'sync.equal' : 'sync.not-compared')}
          </span>
          {odd > 0 ? (
            <span className="leg">
              <i className="bad" />
              {t('sync.different')}
            </span>
          ) : null}
        </span>
      </div>
      <svg
        className={isProven || odd > 0 ? 'groups' : 'groups unproven'}
        viewBox={`0 0 ${COLUMNS * STEP} ${height}`}
        width="100%"
        height={height}
        preserveAspectRatio="xMinYMin"
        aria-hidden="true"
      >
        <path d={squaresFrom(0, squares - odd)} />
        <path className="odd" d={squaresFrom(squares - odd, squares)} />
      </svg>
    </div>
  );
}

function squaresFrom(from: number, to: number): string {
  let path = '';
  for (let at = from; at < to; at++) {
    const x = (at % COLUMNS) * STEP + 0.5;
    const y = Math.floor(at / COLUMNS) * STEP + 0.5;
    path += `M${x} ${y}h${SIDE}v${SIDE}h-${SIDE}z`;
  }
  return path;
}
