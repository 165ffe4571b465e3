import { useEffect } from 'react';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { Button } from '../../ui/Button';
import { FailureNote } from '../FailureState';

type Age = Pick<CrossRegionRequest, 'asOfMs' | 'isOld'>;

function useAge(request: string): Age | null {
  const { data, reload } = useQuery('cross-region.list', {}, useMoment());
  useEffect(() => on('cross-region.changed', reload), [reload]);
  return data?.requests.find((one) => one.request === request) ?? null;
}

/** Whether a grant's rows are older than the rules allow; so as long as nobody has said. */
export function useIsOld(request: string): boolean {
  return useAge(request)?.isOld ?? true;
}

/** As of when granted rows are. Where that is too long ago they can be fetched anew. */
export function GrantAge({ request }: { readonly request: string }) {
  const t = useT();
  const age = useAge(request);
  const fetching = useCommand('cross-region.fetch');
  if (age === null) return null;
  const { asOfMs, isOld } = age;
  return (
    <span className="row wrap t12 c2">
      {asOfMs === null ? null : t('record.as-of', { time: isolate(formatTime(asOfMs)) })}
      {isOld ? (
        <>
          <span>{t('crossregion.rows-old')}</span>
          <Button
            size="s"
            icon="sync"
            disabled={fetching.isBusy}
            onClick={() => void fetching.run({ request })}
          >
            {t('crossregion.fetch-anew')}
          </Button>
        </>
      ) : null}
      {fetching.failure ? <FailureNote failure={fetching.failure} /> : null}
    </span>
  );
}
