import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatTime, isolate, today } from '../../lib/format';
import { Icon } from '../../ui/Icon';
import type { IconName } from '../../ui/icon-paths';
import { DeepStrip } from './deep/DeepStrip';
import { GroupField } from './GroupField';

const DAY_MS = 86_400_000;
const FAN_OUT = 64;
const LOOKS: Record<
  SyncStatus['proof']['state'],
  { readonly tone: 'ok' | 'bad' | 'warn'; readonly icon: IconName }
> = {
  proven: { tone: 'ok', icon: 'shieldok' },
  differs: { tone: 'bad', icon: 'warn' },
  unproven: { tone: 'warn', icon: 'clock' },
};

const NAMES_TONE = { equal: 'ok', differ: 'bad', unproven: 'warn' } as const;

/** Of when the server's data are that these equal, or why nobody can say. */
function wordsOf(
  { why, atMs, checkedMs }: SyncStatus['proof'],
  t: ReturnType<typeof useT>,
): string {
  if (why !== null) return t(`sync.why-${why}`);
  if (atMs !== null) return t('sync.proven-at', { time: isolate(formatTime(atMs)) });
  const time = checkedMs === null ? '–' : isolate(formatTime(checkedMs));
  return t('sync.why-differs', { time });
}

/** Equal to the server's at a time, different in so many groups, or not proven yet. */
export function ProofPanel({ sync }: { readonly sync: SyncStatus }) {
  const t = useT();
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const { proof } = sync;
  const { tone, icon } = LOOKS[proof.state];
  const rows = Object.values(sync.counts).reduce((sum, count) => sum + count, 0);
  const groups = Object.values(sync.counts).reduce(
    (sum, count) => sum + Math.ceil(count / FAN_OUT),
    0,
  );
  const leaseDays =
    sync.leaseUntilMs === null ? null : Math.floor(sync.leaseUntilMs / DAY_MS) - today();
  return (
    <section className="panel proof" aria-label={t('sync.proof')}>
      <div className="grow">
        <div className="big">
          <span className={`ic ${tone}`}>
            <Icon name={icon} size="l" />
          </span>
          <div>
            <b className="t20">
              {proof.why === 'names-differ' || proof.why === 'moves-differ'
                ? t(`sync.${proof.why}-title`)
                : proof.state === 'differs'
                  ? t('sync.differs-title', { count: isolate(formatCount(proof.buckets)) })
                  : t(`sync.${proof.state}-title`)}
            </b>
            <div className="c2">{wordsOf(proof, t)}</div>
            {proof.state === 'proven' ? (
              <div className="t12 c3">
                {proof.checkedMs === null
                  ? t('sync.not-checked')
                  : t('sync.checked-at', { time: isolate(formatTime(proof.checkedMs)) })}
              </div>
            ) : null}
          </div>
        </div>
      </div>
      <GroupField groups={groups} differing={proof.buckets} isProven={proof.state === 'proven'} />
      <dl className="st3">
        <div>
          <dt>{t('sync.records')}</dt>
          <dd className="num">{formatCount(rows)}</dd>
        </div>
        <div>
          <dt>{t('sync.groups')}</dt>
          <dd className="num">{formatCount(groups)}</dd>
        </div>
        <div>
          <dt>{t('sync.differences')}</dt>
          {proof.why === null ? (
            <dd className={`num ${proof.buckets > 0 ? 'bad' : 'ok'}`}>
              {formatCount(proof.buckets)}
            </dd>
          ) : (
            // What else is wrong was said first: nobody knows of the rows.
            <dd className="num">–</dd>
          )}
        </div>
        <div>
          <dt>{t('sync.names')}</dt>
          <dd className={NAMES_TONE[proof.names]}>{t(`sync.names-${proof.names}`)}</dd>
        </div>
        <div>
          <dt>{t('sync.moves')}</dt>
          <dd className={proof.moves === 'unproven' ? 'c3' : NAMES_TONE[proof.moves]}>
            {t(`sync.moves-${proof.moves}`)}
          </dd>
        </div>
        <div>
          <dt>{t('sync.lease')}</dt>
          <dd className={leaseDays !== null && leaseDays < 7 ? 'warn' : undefined}>
            {leaseDays === null ? '–' : t('days.count', { days: isolate(Math.max(0, leaseDays)) })}
          </dd>
        </div>
      </dl>
      {isEmergency ? null : (
        <DeepStrip isUsable={sync.hasSlice} isProven={proof.state === 'proven'} />
      )}
    </section>
  );
}
