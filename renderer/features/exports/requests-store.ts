import { create } from 'zustand';

/** Counts what this page did to the requests, so that the list is asked for again. */
export const useRequests = create<{ readonly version: number }>(() => ({ version: 0 }));
