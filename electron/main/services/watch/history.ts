import { FilterSchema } from '../../../../shared/ipc/common';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { LookUpSchema, type LookUpView } from '../../../../shared/ipc/routes/watch';
import type { LookUp, Subject } from '../../../store/watch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';

const PAGE_ROWS = 50;
const KINDS = LookUpSchema.shape.kind;

/** A person's own look-ups, as the log has them. */
export class HistoryService {
  constructor(
    private readonly store: StoreCaller,
    private readonly sessions: SessionHolder,
  ) {}

  /** Names of what was looked at are read now, in scope and masked: none is kept. */
  async list(before: number | null): Promise<RouteOutput<'history.list'>> {
    const { userId } = this.sessions.demand().view;
    const limit = PAGE_ROWS + 1;
    const found = await this.store.call('historyList', { userId, before, limit });
    const rows = found.slice(0, PAGE_ROWS);
    const subjects = rows.map(subjectOf);
    const named = subjects.filter((one) => one !== null);
    const standings =
      named.length === 0 ? [] : await this.store.call('watchRead', { subjects: named });
    const labels = new Map(
      named.map((one, i) => {
        const standing = standings[i] ?? null;
        return [one, standing === null || standing === 'withheld' ? null : standing.label];
      }),
    );
    return {
      rows: rows.flatMap((row, i) => {
        const subject = subjects[i] ?? null;
        const view = viewOf(row, subject === null ? null : (labels.get(subject) ?? null));
        return view === null ? [] : [view];
      }),
      hasMore: found.length > PAGE_ROWS,
    };
  }

  clear(): Promise<RouteOutput<'history.clear'>> {
    const { userId } = this.sessions.demand().view;
    return this.store.call('historyClear', { userId });
  }
}

function subjectOf({ kind, subject }: LookUp): Subject | null {
  if (subject === null) return null;
  if (kind === 'view-person') return { kind: 'person', id: subject };
  if (kind === 'view-company') return { kind: 'company', id: subject };
  return { kind: 'certificate', id: subject };
}

/** Null for a kind of a newer program. */
function viewOf(row: LookUp, label: string | null): LookUpView | null {
  const kind = KINDS.safeParse(row.kind);
  if (!kind.success) return null;
  const filter =
    row.filter === null ? undefined : FilterSchema.safeParse(JSON.parse(row.filter)).data;
  const { id, atMs, text, hasDigits, subject, count } = row;
  return {
    id,
    atMs,
    kind: kind.data,
    text,
    hasDigits,
    filter: filter ?? null,
    subject,
    label,
    count,
  };
}
