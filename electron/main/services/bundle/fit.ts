import { wholeUpTo } from '../../../../shared/domain/sync/whole-up-to';
import { AppError } from '../../../../shared/errors/app-error';
import type { BundleIndex } from '../../../../shared/protocol/bundle';
import type { SliceState } from '../../../store/protocol';
import { isBefore, type Reached } from '../sync/reached';

/** `mends`: rows here differ from what was signed, and the bundle brings a whole slice in their place. */
export type BundleFit = 'first' | 'continues' | 'mends' | 'applied';

type Index = Pick<BundleIndex, 'epoch' | 'kind' | 'from' | 'to' | 'issuedMs'>;
type State = Pick<SliceState, 'hasSlice' | 'cursor' | 'checkpoint' | 'isWhole'> & {
  readonly isDiffering: boolean;
  /** The server's time of the data as it was signed: what the file says of itself would make a bundle no news. */
  readonly asOfMs: number | null;
};

/**
 * What a bundle is to the data of this device. It does not matter by which way those came. Throws
 * BUNDLE_NEEDS_FULL, BUNDLE_PREREQUISITE, BUNDLE_OLDER, BUNDLE_OLDER_THAN_SEEN. `seenMs`: issue of the newest manifest
 * ever seen; `reached`: the newest state that was proven here, be the slice of it there or not.
 */
export function fitOf(
  index: Index,
  { hasSlice, cursor, checkpoint, isWhole, isDiffering, asOfMs }: State,
  manifest: { readonly issuedMs: number; readonly baseRseq: number },
  seenMs: number,
  reached: Reached | null = null,
): BundleFit {
  const { epoch, kind, from, to, issuedMs } = index;
  if (!hasSlice || cursor === null || cursor.epoch !== epoch) {
    if (kind === 'delta') throw new AppError('BUNDLE_NEEDS_FULL');
    // Another history takes the place of the present one only when it is the later of the two.
    if (hasSlice && manifest.issuedMs < seenMs) throw new AppError('BUNDLE_OLDER');
    // The slice is lost, what it had is known: what was revoked since the bundle would be valid again.
    if (isBefore({ epoch, rseq: to, issuedMs }, reached))
      throw new AppError('BUNDLE_OLDER_THAN_SEEN');
    return 'first';
  }
  const { rseq: have } = cursor;
  const whole = wholeUpTo(cursor, checkpoint);
  if (have > to) throw new AppError('BUNDLE_OLDER');
  // Never from a snapshot before what is here, or from a state before one that was proven: revoked would be valid again.
  const isPast = isBefore({ epoch, rseq: to, issuedMs }, reached);
  if (isDiffering && kind === 'full' && have <= manifest.baseRseq && !isPast) return 'mends';
  if (have === to) {
    // At the same change number, what a first load left for later may be missing still.
    const isNews = (asOfMs ?? 0) < issuedMs || (kind === 'full' && !isWhole);
    return isNews ? 'continues' : 'applied';
  }
  // After a delta that broke off, changes fit from where the slice was whole; a snapshot, not before what is here.
  const start = kind === 'full' ? manifest.baseRseq : from;
  if (whole >= start) return 'continues';
  if (kind === 'full' && have <= start) return 'first';
  throw new AppError('BUNDLE_PREREQUISITE', { from: start, have: Math.max(0, whole) });
}
