import { useCallback, useEffect, useState } from 'react';
import type { RotationState } from '../../../../shared/ipc/routes/rotation';
import { type Failure, invoke, on } from '../../../lib/desk';

interface RotationView {
  readonly rotation: RotationState | null;
  readonly failure: Failure | null;
  readonly take: (state: RotationState) => void;
  readonly reload: () => void;
}

/** What main knows of the change of keys, kept current by its events. */
export function useRotation(): RotationView {
  const [rotation, setRotation] = useState<RotationState | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const take = useCallback((next: RotationState) => {
    setRotation(next);
    setFailure(null);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    const stop = on('rotation.changed', take);
    void invoke('rotation.state', {}).then((answer) => {
      if (answer.ok) take(answer.data);
      else setFailure(answer.error);
    });
    return stop;
  }, [round, take]);
  return { rotation, failure, take, reload: () => setRound((n) => n + 1) };
}
