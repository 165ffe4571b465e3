import type { FollowUp } from '../../../../shared/ipc/routes/reports';

/** What is to be looked at in one company; null: what belongs to none. */
export interface VisitGroup {
  readonly company: string | null;
  /** Open ones first, otherwise in the order of the list. */
  readonly entries: readonly FollowUp[];
  readonly open: number;
}

/** The list company by company: most open entries first, what belongs to no company after them, what is all done last. */
export function visitGroups(items: readonly FollowUp[]): VisitGroup[] {
  const found = new Map<string | null, FollowUp[]>();
  for (const item of items) {
    const company = item.company || null;
    const known = found.get(company);
    if (known) known.push(item);
    else found.set(company, [item]);
  }
  const groups = [...found].map(([company, entries]): VisitGroup => {
    const open = entries.filter(({ doneMs }) => doneMs === null);
    const done = entries.filter(({ doneMs }) => doneMs !== null);
    return { company, entries: [...open, ...done], open: open.length };
  });
  const last = ({ company, open }: VisitGroup) => (open === 0 ? 2 : company === null ? 1 : 0);
  return groups.sort((a, b) => last(a) - last(b) || b.open - a.open);
}
