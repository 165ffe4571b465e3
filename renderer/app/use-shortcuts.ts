import { useEffect } from 'react';
import { lockDesk } from '../lib/desk-store';
import { focusSearch, goBack, goTo, useNavigation } from '../lib/navigation';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.matches('input, textarea, select, [role="textbox"]') ||
    target.closest('dialog') !== null);

/** The keys that work on every page of an open desk. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const isCommand = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      // Another page under an open dialog would take the dialog with it, and what was typed there.
      const mayLeave = document.querySelector('dialog[open]') === null;
      if (isCommand && key === 'k' && mayLeave) focusSearch();
      else if (isCommand && key === 'l') void lockDesk();
      else if (isCommand && key === 'e' && mayLeave) goTo({ page: 'exports' });
      else if (key === 'f1') onHelp();
      else if (key === '/' && !isCommand && mayLeave && !isTyping(event.target)) focusSearch();
      else if (
        key === 'escape' &&
        mayLeave &&
        !isTyping(event.target) &&
        ['record', 'company', 'person'].includes(useNavigation.getState().place.page)
      )
        goBack();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onHelp]);
}
