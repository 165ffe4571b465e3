import type { SavedItem } from '../../shared/protocol/commands';

/** A saved item as it rests in the journal; `body` is canonical JSON. */
export interface SavedRow {
  readonly item: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly updatedMs: number;
  /** The centre has not taken the newest change yet. */
  readonly isWaiting: boolean;
}

/** A person's own change: an empty body deletes. */
export type SavedWrite = Omit<SavedRow, 'updatedMs' | 'isWaiting'> & { readonly userId: string };

/** What changed at the centre, by the rank that it gave. */
export interface SavedChange {
  readonly rank: number;
  readonly item: SavedItem;
}

/** Calls about saved items. Own changes go with their command (OutboxCalls.outboxAppend). */
export interface SavedCalls {
  savedList: [
    { readonly userId: string },
    { readonly rows: readonly SavedRow[]; readonly mark: number },
  ];
  /** `head`: the centre's newest rank of the user; null where it does not say. Answers the rank that was reached. */
  savedTake: [
    {
      readonly userId: string;
      readonly changes: readonly SavedChange[];
      readonly head: number | null;
    },
    { readonly mark: number },
  ];
}
