import { useCallback, useEffect, useRef, useState } from 'react';
import type { RouteInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { AuditEntryView } from '../../../../shared/ipc/routes/audit';
import { type Failure, invoke } from '../../../lib/desk';

export type AuditFilter = RouteInput<'audit.entries'>['filter'];
export type AuditState = RouteOutput<'audit.state'>;

export interface AuditEntries {
  readonly entries: readonly AuditEntryView[] | null;
  /** More may follow. */
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly more: () => void;
  readonly reload: () => void;
}

/** Entries under a filter, newest first, more on demand. Late answers to a former filter are dropped. */
export function useEntries(filter: AuditFilter): AuditEntries {
  const [entries, setEntries] = useState<readonly AuditEntryView[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const round = useRef(0);
  const load = useCallback(
    async (former: readonly AuditEntryView[], before: number | null) => {
      round.current += 1;
      const own = round.current;
      setBusy(true);
      const answer = await invoke('audit.entries', { before, filter });
      if (own !== round.current) return;
      setBusy(false);
      if (!answer.ok) {
        setFailure(answer.error);
        return;
      }
      setFailure(null);
      setEntries([...former, ...answer.data.entries]);
      setNext(answer.data.next);
    },
    [filter],
  );
  const reload = useCallback(() => void load([], null), [load]);
  useEffect(reload, [reload]);
  const more = () => {
    if (!isBusy) void load(entries ?? [], next);
  };
  return { entries, hasMore: next !== null, isBusy, failure, more, reload };
}
