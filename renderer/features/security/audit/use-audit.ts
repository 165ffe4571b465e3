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

/** What was read under one filter. */
interface Read {
  readonly of: AuditFilter;
  readonly entries: readonly AuditEntryView[] | null;
  readonly next: number | null;
  readonly failure: Failure | null;
}

/** Entries under a filter, newest first, more on demand. What was read under another filter is none of them. */
export function useEntries(filter: AuditFilter): AuditEntries {
  const none: Read = { of: filter, entries: null, next: null, failure: null };
  const [read, setRead] = useState<Read>(none);
  const [isBusy, setBusy] = useState(false);
  const round = useRef(0);
  const present = read.of === filter ? read : none;
  const load = useCallback(
    async (former: readonly AuditEntryView[], before: number | null) => {
      round.current += 1;
      const own = round.current;
      setBusy(true);
      const answer = await invoke('audit.entries', { before, filter });
      if (own !== round.current) return;
      setBusy(false);
      if (answer.ok) {
        const { entries, next } = answer.data;
        setRead({ of: filter, entries: [...former, ...entries], next, failure: null });
        return;
      }
      const failure = answer.error;
      setRead((held) =>
        held.of === filter
          ? { ...held, failure }
          : { of: filter, entries: null, next: null, failure },
      );
    },
    [filter],
  );
  const reload = useCallback(() => void load([], null), [load]);
  useEffect(reload, [reload]);
  const { entries, next, failure } = present;
  const more = () => {
    if (!isBusy && entries !== null) void load(entries, next);
  };
  return { entries, hasMore: next !== null, isBusy, failure, more, reload };
}
