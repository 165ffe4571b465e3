import { clipboard, type WebContents } from 'electron';
import { registerCopies } from '../ipc/register';
import type { WindowKind } from '../security/sender';
import { type Board, type BoardName, CopyGuard, type CopyParts } from '../services/copy/copy-guard';

/** As Electron before 45 has it, which the fallback is: at once, and the second clipboard by name. */
interface FormerClipboard {
  readText(type: BoardName): string;
  clear(type: BoardName): void;
}

const former = clipboard as unknown as FormerClipboard;
const hasSelection = process.platform === 'linux';

/** X11 has a second clipboard, which selecting fills. */
const board: Board = {
  names: hasSelection ? ['clipboard', 'selection'] : ['clipboard'],
  read: async (name) =>
    name === 'clipboard'
      ? clipboard.readText()
      : (clipboard.selection?.readText() ?? former.readText(name)),
  write: async (text) => clipboard.writeText(text),
  clear: (name) => {
    if (name === 'clipboard') clipboard.clear();
    else if (clipboard.selection === undefined) former.clear(name);
    else clipboard.selection.clear();
  },
};

/** Longer than anything that may be copied; the guard measures no more of it. */
const MAX_TEXT = 1_000_000;

/** Ctrl+C, Ctrl+X, Ctrl+Insert, Shift+Delete and what a Mac has for them. A key that is held counts once. */
export function isCopyKey(input: {
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  readonly isAutoRepeat: boolean;
}): boolean {
  if (input.type !== 'keyDown' || input.isAutoRepeat) return false;
  if (input.shift && input.key === 'Delete') return true;
  if (!input.control && !input.meta) return false;
  return input.code === 'KeyC' || input.code === 'KeyX' || /^(?:c|x|Insert)$/i.test(input.key);
}

/**
 * Makes the guard of copies. Its channel is the preload's own: the page has no name for it. Answers how to follow the
 * main window.
 */
export function guardCopies(
  parts: Omit<CopyParts, 'board'>,
  windowOf: (contentsId: number) => WindowKind | null,
): (contents: WebContents, window: FocusSource) => void {
  const guard = new CopyGuard({ ...parts, board });
  // A session can end in between: then nothing is copied.
  registerCopies(windowOf, (text) => guard.take(text.slice(0, MAX_TEXT)).catch(() => false));
  return (contents, window) => {
    contents.on('before-input-event', (_event, input) => {
      if (isCopyKey(input)) guard.pressed();
    });
    const look = (act: () => Promise<void>) => void act().catch(() => undefined);
    look(() => guard.focused());
    window.on('focus', () => look(() => guard.focused()));
    window.on('blur', () => look(() => guard.blurred()));
  };
}

export interface FocusSource {
  on(name: 'focus' | 'blur', listener: () => void): unknown;
}
