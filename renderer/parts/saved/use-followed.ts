import { create } from 'zustand';
import type { Followed } from '../../../shared/ipc/routes/watch';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';

/** Grows when what is followed was changed or seen here, so that whoever shows it asks again. */
const useRound = create<{ readonly round: number }>(() => ({ round: 0 }));

export function followedAgain(): void {
  useRound.setState(({ round }) => ({ round: round + 1 }));
}

/** What the person follows and what of it changed, asked again after each synchronisation and day. */
export function useFollowed(isAllowed = true): {
  readonly changed: number;
  readonly items: readonly Followed[];
} {
  const round = useRound((store) => store.round);
  const moment = useMoment();
  const query = useQuery('follow.list', isAllowed ? {} : null, `${moment} ${round}`);
  return { changed: query.data?.changed ?? 0, items: query.data?.items ?? [] };
}
