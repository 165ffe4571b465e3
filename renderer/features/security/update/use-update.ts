import { useEffect, useState } from 'react';
import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { type Failure, invoke, on } from '../../../lib/desk';

interface UpdateView {
  readonly status: UpdateStatus | null;
  readonly failure: Failure | null;
  readonly reload: () => void;
}

/** How updates stand, kept current by main's events. */
export function useUpdate(): UpdateView {
  const [status, setStatus] = useState<UpdateStatus | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    const take = (next: UpdateStatus) => {
      setStatus(next);
      setFailure(null);
    };
    const stop = on('update.changed', take);
    void invoke('update.status', {}).then((answer) => {
      if (answer.ok) take(answer.data);
      else setFailure(answer.error);
    });
    return stop;
  }, [round]);
  return { status, failure, reload: () => setRound((n) => n + 1) };
}
