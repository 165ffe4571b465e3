import { createContext, type ReactNode, useContext, useEffect, useId, useRef } from 'react';

/** What lies over every dialog, as over the page beneath it: the page's own layers do not reach above a modal dialog. */
export const DialogOverlay = createContext<ReactNode>(null);

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly isWide?: boolean;
  /** As large as the window lets it: for documents. */
  readonly isFull?: boolean;
  /**
   * Something was chosen here that nobody has yet: Esc leads to the buttons, and does not throw it away. Text that was typed keeps a
   * dialog so by itself.
   */
  readonly isFilled?: boolean;
  readonly children: ReactNode;
  /** Buttons, the one that acts last. */
  readonly actions: ReactNode;
}

/**
 * A native modal dialog: focus stays inside, Esc closes, focus returns where it was. It stays as long as it is rendered: a
 * browser closes one by itself at the second Esc (HTML, close requests), also while its owner cannot let it go.
 */
export function Dialog({
  title,
  onClose,
  isWide = false,
  isFull = false,
  isFilled = false,
  children,
  actions,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const leave = useRef<HTMLDivElement>(null);
  const isTyped = useRef(false);
  const mayLeave = () => !isFilled && !(isTyped.current && hasText(ref.current));
  const titleId = useId();
  const overlay = useContext(DialogOverlay);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onInput={() => {
        isTyped.current = true;
      }}
      onCancel={(event) => {
        event.preventDefault();
        if (mayLeave()) onClose();
        else leave.current?.querySelector('button')?.focus();
      }}
      onClose={({ currentTarget }) => {
        if (!currentTarget.isConnected) return;
        // Whether its owner takes it away shows after the owner was asked.
        if (mayLeave()) onClose();
        setTimeout(() => {
          const dialog = ref.current;
          if (dialog?.isConnected && !dialog.open) dialog.showModal();
        });
      }}
    >
      <div className={`dlg${isWide ? ' wide' : ''}${isFull ? ' full' : ''}`}>
        <h2 className="t16" id={titleId}>
          {title}
        </h2>
        {children}
        <div className="f" ref={leave}>
          {actions}
        </div>
        {overlay}
      </div>
    </dialog>
  );
}

const TEXT = 'textarea, input[type=text], input[type=password], input:not([type])';

function hasText(dialog: HTMLDialogElement | null): boolean {
  const fields = dialog?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(TEXT) ?? [];
  return [...fields].some((field) => !field.readOnly && field.value.trim() !== '');
}
