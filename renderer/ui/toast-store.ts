import { create } from 'zustand';

export interface ToastItem {
  readonly id: number;
  readonly tone: 'ok' | 'bad' | 'warn';
  /** In the language of the moment: a toast may outlive a change. */
  readonly text: () => string;
  readonly action?: { readonly label: () => string; readonly run: () => void };
}

const SHOWN_MS = 8000;
let lastId = 0;

/** What happened, in one sentence, for a moment. */
export const useToasts = create<{ readonly items: readonly ToastItem[] }>(() => ({ items: [] }));

export function dismissToast(id: number): void {
  useToasts.setState((before) => ({ items: before.items.filter((item) => item.id !== id) }));
}

export function showToast(toast: Omit<ToastItem, 'id'>): void {
  lastId += 1;
  const id = lastId;
  useToasts.setState((before) => ({ items: [...before.items, { ...toast, id }].slice(-3) }));
  window.setTimeout(() => dismissToast(id), SHOWN_MS);
}
