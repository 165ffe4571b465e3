import { create } from 'zustand';
import type { ImportList } from '../../../../shared/domain/imports/rows';
import type { ImportReview } from '../../../../shared/ipc/routes/imports';

interface HandInWork {
  /** The page is about handing in, not about checking. */
  readonly isOpen: boolean;
  readonly list: ImportList;
  /** The list that was tried and is not signed. */
  readonly review: ImportReview | null;
  /** Id of the request whose rows are shown. */
  readonly shown: string | null;
}

const NOTHING: HandInWork = { isOpen: false, list: 'certificates', review: null, shown: null };

/** What is being handed in; it survives leaving the page, not the lock. */
export const useHandIn = create<HandInWork>(() => NOTHING);

export function clearHandIn(): void {
  useHandIn.setState(NOTHING);
}
