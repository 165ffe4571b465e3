/**
 * Takes every copy, cut and drag of the page away from the browser. These listeners are the first of the window and
 * live in a world of their own: no script of the page can take them off or get in before them.
 */
export function guardCopies(take: ((text: string) => Promise<boolean>) | null): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const listen = (name: string, act: (event: Event) => void): void =>
    window.addEventListener(name, act, { capture: true });
  listen('dragstart', stop);
  listen('copy', (event) => {
    stop(event);
    const text = selected();
    if (event.isTrusted && text !== '') void take?.(text);
  });
  listen('cut', (event) => {
    stop(event);
    const text = selected();
    if (!event.isTrusted || text === '' || take === null) return;
    void take(text).then((isTaken) => {
      if (isTaken) document.execCommand('delete');
    });
  });
}

/** What is selected: in a field its own part of the text, never of a password. */
function selected(): string {
  const field = document.activeElement;
  const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
  if (!isField) return document.getSelection()?.toString() ?? '';
  if (field.type === 'password') return '';
  const { selectionStart: from, selectionEnd: to } = field;
  if (from === null || to === null) return document.getSelection()?.toString() ?? '';
  return field.value.slice(from, to);
}
