import { create } from 'zustand';

export type FieldTab = 'scan' | 'group' | 'due' | 'reports' | 'follow';

/**
 * Which part of the field checks is open. It survives a look at a record: whoever comes back to a queue must not stand at
 * the scanner, where nobody is put on the roster. The lock ends it.
 */
export const useFieldTab = create<{ readonly tab: FieldTab }>(() => ({ tab: 'scan' }));

export function clearFieldTab(): void {
  useFieldTab.setState({ tab: 'scan' });
}
