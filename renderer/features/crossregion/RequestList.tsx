import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { formatTime } from '../../lib/format';
import type { IconName } from '../../ui/icon-paths';
import type { TagTone } from '../../ui/Tag';
import { Tag } from '../../ui/Tag';
import { useScopeWords } from './scope-words';

const LOOKS: Readonly<
  Record<CrossRegionRequest['state'], { readonly tone: TagTone; readonly icon: IconName }>
> = {
  asked: { tone: 'info', icon: 'clock' },
  endorsed: { tone: 'info', icon: 'queue' },
  granted: { tone: 'ok', icon: 'ok' },
  refused: { tone: 'bad', icon: 'bad' },
  ended: { tone: 'off', icon: 'ban' },
};

/** Where a request stands. */
export function StateTag({ one }: { readonly one: CrossRegionRequest }) {
  const t = useT();
  const { state, waiting, notTaken } = one;
  if (notTaken !== null) {
    const isRefused = notTaken.verdict === 'rejected';
    return (
      <Tag tone={isRefused ? 'bad' : 'warn'} icon={isRefused ? 'bad' : 'clock'}>
        {t(isRefused ? 'crossregion.state-not-taken' : 'crossregion.state-aside')}
      </Tag>
    );
  }
  if (waiting !== null)
    return (
      <Tag tone="off" icon="clock">
        {t(`crossregion.state-waiting-${waiting}`)}
      </Tag>
    );
  const { tone, icon } = LOOKS[state];
  return (
    <Tag tone={tone} icon={icon}>
      {t(`crossregion.state-${state}`)}
    </Tag>
  );
}

/** Requests, the newest first; those that wait for the person at the desk are marked. */
export function RequestList({
  requests,
  chosen,
  onChoose,
}: {
  readonly requests: readonly CrossRegionRequest[];
  readonly chosen: string;
  readonly onChoose: (request: string) => void;
}) {
  const t = useT();
  const words = useScopeWords();
  return (
    <section className="panel regionasks" aria-label={t('crossregion.list')}>
      <ul>
        {requests.map((one) => (
          <li key={one.request}>
            <button
              type="button"
              className={one.request === chosen ? 'on' : undefined}
              aria-current={one.request === chosen ? 'true' : undefined}
              onClick={() => onChoose(one.request)}
            >
              <span className="row wrap">
                <StateTag one={one} />
                {one.todo === null ? null : (
                  <Tag tone="warn" icon="bell">
                    {t('crossregion.to-decide')}
                  </Tag>
                )}
              </span>
              <b>
                <bdi>{words(one.scope).regions}</bdi>
              </b>
              <span className="t12 c3">
                <bdi>{one.name}</bdi> · <bdi className="num">{formatTime(one.askedMs)}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
