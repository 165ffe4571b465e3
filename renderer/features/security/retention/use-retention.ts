import { useCallback, useEffect, useRef, useState } from 'react';
import type { RetentionStatus } from '../../../../shared/ipc/routes/retention';
import { type Failure, invoke, on } from '../../../lib/desk';

interface RetentionView {
  readonly status: RetentionStatus | null;
  readonly failure: Failure | null;
  /** To be called before an act: takes its answer, unless an event told of something newer meanwhile. */
  readonly expect: () => (status: RetentionStatus) => void;
  readonly reload: () => void;
}

/** What main knows of retention, kept current by its events. */
export function useRetention(): RetentionView {
  const [status, setStatus] = useState<RetentionStatus | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const told = useRef(0);
  const take = useCallback((next: RetentionStatus) => {
    setStatus(next);
    setFailure(null);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    const stop = on('retention.changed', (next) => {
      told.current += 1;
      take(next);
    });
    void invoke('retention.status', {}).then((answer) => {
      if (answer.ok) take(answer.data);
      else setFailure(answer.error);
    });
    return stop;
  }, [round, take]);
  const expect = () => {
    const before = told.current;
    return (next: RetentionStatus) => {
      if (told.current === before) take(next);
    };
  };
  return { status, failure, expect, reload: () => setRound((n) => n + 1) };
}
