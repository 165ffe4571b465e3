import { useEffect, useState } from 'react';
import type { DeepStatus } from '../../../../shared/ipc/routes/deep-check';
import { invoke, on } from '../../../lib/desk';

/** What main knows of the deep check, kept current by its events; null until it is known. */
export function useDeepCheck(): DeepStatus | null {
  const [status, setStatus] = useState<DeepStatus | null>(null);
  useEffect(() => {
    const stop = on('deep-check.changed', setStatus);
    void invoke('deep-check.status', {}).then((answer) => {
      if (answer.ok) setStatus(answer.data);
    });
    return stop;
  }, []);
  return status;
}
