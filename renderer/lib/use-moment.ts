import { useDesk } from './desk-store';

/**
 * Changes whenever an answer on screen may be out of date: other rows were applied, rows were found to differ or were
 * mended, other certificates are marked as 核查中, here or among granted rows, or another day began. What shows a status asks again then; a status of
 * before must not stand under a newer 数据截至.
 */
export function useMoment(): string {
  const root = useDesk((store) => store.sync?.proof.root ?? '');
  // A repair ends at the root that was signed before it: the rows are others all the same.
  // Nor does the end of what arrives last change it, of which the reason tells.
  const proof = useDesk(
    ({ sync }) => `${sync?.proof.state} ${sync?.proof.why} ${sync?.proof.buckets}`,
  );
  const marks = useDesk((store) => store.state?.marks ?? '');
  const granted = useDesk((store) => store.state?.grantedMarks ?? 0);
  const day = useDesk((store) => store.state?.day ?? 0);
  return `${root} ${proof} ${marks} ${granted} ${day}`;
}
