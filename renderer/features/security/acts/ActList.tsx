import type { CentralAct } from '../../../../shared/ipc/routes/acts';
import { ACT_WORDS } from '../../../../shared/protocol/acts/words';
import { useLocale, useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import type { IconName } from '../../../ui/icon-paths';
import type { TagTone } from '../../../ui/Tag';
import { Tag } from '../../../ui/Tag';

const LOOKS: Readonly<
  Record<CentralAct['state'], { readonly tone: TagTone; readonly icon: IconName }>
> = {
  open: { tone: 'info', icon: 'clock' },
  agreed: { tone: 'info', icon: 'queue' },
  done: { tone: 'ok', icon: 'ok' },
  failed: { tone: 'bad', icon: 'bad' },
  refused: { tone: 'off', icon: 'ban' },
  over: { tone: 'off', icon: 'clock' },
};

/** Where an act stands. */
export function ActState({ state }: Pick<CentralAct, 'state'>) {
  const t = useT();
  const { tone, icon } = LOOKS[state];
  return (
    <Tag tone={tone} icon={icon}>
      {t(`centralacts.state-${state}`)}
    </Tag>
  );
}

/** Acts, the newest first; those that wait for the person who is logged in are marked. */
export function ActList({
  acts,
  chosen,
  onChoose,
}: {
  readonly acts: readonly CentralAct[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}) {
  const t = useT();
  const words = ACT_WORDS[useLocale()];
  return (
    <section className="panel regionasks" aria-label={t('centralacts.list')}>
      <ul>
        {acts.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={one.id === chosen ? 'on' : undefined}
              aria-current={one.id === chosen ? 'true' : undefined}
              onClick={() => onChoose(one.id)}
            >
              <span className="row wrap">
                <ActState state={one.state} />
                {one.state === 'open' && !one.isOwn ? (
                  <Tag tone="warn" icon="bell">
                    {t('centralacts.todo')}
                  </Tag>
                ) : null}
              </span>
              <b>{one.kind === null ? t('centralacts.unknown') : words.kinds[one.kind]}</b>
              <span className="t12 c3">
                <bdi>{one.requestedName}</bdi> ·{' '}
                <bdi className="num">{formatTime(one.requestedMs)}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
