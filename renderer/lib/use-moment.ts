import { useDesk } from './desk-store';
import { today } from './format';
import { useMinute } from './use-clock';

/**
 * Changes whenever an answer on screen may be out of date: other rows were applied, other certificates are marked as 核查中,
 * or another day began. What shows a status asks again then; a status of before must not stand under a newer 数据截至.
 */
export function useMoment(): string {
  const root = useDesk((store) => store.sync?.proof.root ?? '');
  const marks = useDesk((store) => store.state?.marks ?? '');
  return `${root} ${marks} ${today(useMinute())}`;
}
