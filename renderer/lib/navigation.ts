import { create } from 'zustand';
import type { Filter } from '../../shared/ipc/common';
import type { BoardState } from '../../shared/protocol/board-state';

/** Where the person is. There is no URL: a record's place must not be readable from outside the page. */
export type Place =
  | {
      readonly page: 'search';
      readonly preset?: {
        readonly text: string;
        readonly filter: Filter;
        /** A day before today: the list as it was then. */
        readonly day?: number;
      };
    }
  | { readonly page: 'record'; readonly id: number; readonly trail: string }
  | { readonly page: 'company'; readonly id: number }
  | { readonly page: 'person'; readonly id: number }
  | { readonly page: 'batch' }
  | { readonly page: 'fieldchecks' }
  | { readonly page: 'crossregion' }
  | { readonly page: 'boards' }
  | { readonly page: 'saved' }
  | { readonly page: 'reminders' }
  | { readonly page: 'history' }
  | {
      readonly page: 'exports';
      readonly filter?: Filter;
      readonly board?: BoardState;
      readonly grant?: string;
    }
  | { readonly page: 'sync' }
  | { readonly page: 'security' };
export type PageName = Place['page'];

interface Navigation {
  readonly place: Place;
  readonly past: readonly Place[];
  /** Incremented when somebody asks for the search box. */
  readonly focusRound: number;
}

const PAST_LIMIT = 50;
export const useNavigation = create<Navigation>(() => ({
  place: { page: 'search' },
  past: [],
  focusRound: 0,
}));

export function goTo(place: Place): void {
  useNavigation.setState((before) => ({
    place,
    past: [...before.past, before.place].slice(-PAST_LIMIT),
  }));
}

/** Back to where the person came from; to the search page when there is no past. */
export function goBack(): void {
  useNavigation.setState((before) => ({
    place: before.past.at(-1) ?? { page: 'search' },
    past: before.past.slice(0, -1),
  }));
}

/** Opens the search page with the cursor in its box. */
export function focusSearch(): void {
  useNavigation.setState((before) => ({
    focusRound: before.focusRound + 1,
    ...(before.place.page === 'search'
      ? {}
      : {
          place: { page: 'search' as const },
          past: [...before.past, before.place].slice(-PAST_LIMIT),
        }),
  }));
}

/** Forgets everything when the desk locks, so that nobody lands on another user's record. */
export function resetNavigation(): void {
  useNavigation.setState({ place: { page: 'search' }, past: [] });
}
