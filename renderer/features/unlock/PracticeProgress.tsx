import { useT } from '../../i18n';
import type { CatalogueKey } from '../../i18n/catalogue';
import { useDesk } from '../../lib/desk-store';
import { formatCount } from '../../lib/format';
import { Progress } from '../../ui/Progress';

const PHASES: Record<string, CatalogueKey> = {
  server: 'unlock.practice-server',
  data: 'unlock.practice-data',
};

/** The practice office while it is made. */
export function PracticeProgress() {
  const t = useT();
  const practice = useDesk((store) => store.practice);
  const done = practice?.done ?? 0;
  const total = practice?.total ?? 0;
  return (
    <>
      <div>
        <h2 className="t20">{t('unlock.practise')}</h2>
        <p className="c2">{t('unlock.practice-making')}</p>
      </div>
      <Progress
        icon="grad"
        title={t(PHASES[practice?.phase ?? 'server'] ?? 'unlock.practice-server')}
        done={done}
        total={total}
        detail={total > 0 ? `${formatCount(done)} / ${formatCount(total)}` : ''}
        remaining=""
      />
    </>
  );
}
