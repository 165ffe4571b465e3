import { useState } from 'react';
import type { RouteOutput } from '../../shared/ipc/contract';
import { useT } from '../i18n';
import { formatTime, isolate } from '../lib/format';
import { useCommand } from '../lib/use-command';
import { Button } from '../ui/Button';
import { Notice } from '../ui/PageState';
import { FailureNote } from './FailureState';

interface RenewLeaseProps {
  readonly onRenewed?: () => void;
  readonly size?: 's' | 'm' | 'l';
}

/** Renews the offline lease from a file that the person chooses in main's dialog; says what it brought. */
export function RenewLease({ onRenewed, size = 'm' }: RenewLeaseProps) {
  const t = useT();
  const renew = useCommand('device.renew-lease');
  const [brought, setBrought] = useState<RouteOutput<'device.renew-lease'> | null>(null);
  const choose = async () => {
    const answer = await renew.run({});
    setBrought(answer);
    if (answer?.outcome === 'renewed') onRenewed?.();
  };
  return (
    <div className="col g8">
      <Button icon="file" size={size} disabled={renew.isBusy} onClick={() => void choose()}>
        {t('device.renew')}
      </Button>
      {brought?.outcome === 'renewed' ? (
        <Notice tone="ok" icon="ok">
          {t('device.renewed', {
            issued: isolate(formatTime(brought.issuedMs)),
            until: isolate(formatTime(brought.untilMs)),
          })}
        </Notice>
      ) : null}
      {renew.failure ? <FailureNote failure={renew.failure} /> : null}
    </div>
  );
}
