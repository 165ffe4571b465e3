import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';

/** A scanner's keys follow each other faster than any hand's. */
const SCANNER_KEY_MS = 40;
const SCANNER_KEYS = 6;
/** An Enter with another key right behind it is a line end within the code, not the end of it. */
const ENTER_REST_MS = 90;

/** What keys belong to; a tab or a tick that was pressed last takes none, and swallowed a scanner's. */
const TAKES_TEXT = 'input:not([type=radio], [type=checkbox]), textarea, select';

export type Entered = 'typed' | 'scanner' | 'pasted';

/**
 * A field that a keyboard-wedge scanner or a hand fills: whatever has the focus, keys go there; Enter ends it, unless
 * further keys follow at once.
 */
export function useWedge(
  field: RefObject<HTMLTextAreaElement | null>,
  onEntered: (text: string, by: Entered) => void,
) {
  const keys = useRef({ count: 0, fast: 0, lastMs: 0, isPasted: false });
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const act = useRef(onEntered);
  act.current = onEntered;

  useEffect(() => {
    const toField = (event: globalThis.KeyboardEvent) => {
      const { target, key } = event;
      const isKey = key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isKey || !(target instanceof HTMLElement)) return;
      const isElsewhere =
        target.matches(TAKES_TEXT) || document.querySelector('dialog[open]') !== null;
      // A space presses the button that has the focus.
      if (isElsewhere || (key === ' ' && target.matches('button, a, summary'))) return;
      field.current?.focus();
    };
    window.addEventListener('keydown', toField, true);
    return () => {
      window.removeEventListener('keydown', toField, true);
      clearTimeout(rest.current);
    };
  }, [field]);

  const end = () => {
    const { current: box } = field;
    const { count, fast, isPasted } = keys.current;
    keys.current = { count: 0, fast: 0, lastMs: 0, isPasted: false };
    const text = box?.value ?? '';
    if (box === null || text.trim() === '') return;
    box.value = '';
    const isScanner = count >= SCANNER_KEYS && fast >= count - 2;
    act.current(text, isPasted ? 'pasted' : isScanner ? 'scanner' : 'typed');
  };

  return {
    end,
    onPaste: () => {
      keys.current.isPasted = true;
    },
    onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (event.nativeEvent.isComposing) return;
      const now = event.timeStamp;
      if (event.key === 'Enter') {
        // As a line end it stays in the text; if it was the last key the text is trimmed anyway.
        clearTimeout(rest.current);
        if (event.shiftKey) return;
        rest.current = setTimeout(end, ENTER_REST_MS);
        return;
      }
      clearTimeout(rest.current);
      if (event.key.length !== 1) return;
      const { lastMs } = keys.current;
      keys.current.count += 1;
      if (lastMs > 0 && now - lastMs <= SCANNER_KEY_MS) keys.current.fast += 1;
      keys.current.lastMs = now;
    },
  };
}
