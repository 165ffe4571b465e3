import { useDesk } from '../../../lib/desk-store';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { HandedIn } from './HandedIn';
import { HandInDrop } from './HandInDrop';
import { HandInReview } from './HandInReview';
import { HandInRows } from './HandInRows';
import { useHandIn } from './hand-in-store';

/** Lists handed in to the centre under the head's signature: choose, read what is wrong, sign, and what became of each row. */
export function HandIn() {
  const { review, shown } = useHandIn();
  // Verdicts come with a sync: then what waits changes.
  const moment = useDesk((store) => String(store.sync?.pending ?? 0));
  const query = useQuery('imports.list', {}, `${moment} ${review?.file ?? ''}`);
  const imports = query.data?.imports ?? [];
  const one = imports.find(({ id }) => id === shown);
  if (review !== null) return <HandInReview review={review} onSigned={query.reload} />;
  if (one !== undefined) return <HandInRows key={one.id} head={one} moment={moment} />;
  return (
    <>
      <HandInDrop />
      {query.failure ? <FailureNote failure={query.failure} /> : null}
      <HandedIn imports={imports} />
    </>
  );
}
