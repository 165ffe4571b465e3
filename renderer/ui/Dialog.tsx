import { createContext, type ReactNode, useContext, useEffect, useId, useRef } from 'react';

/** What lies over every dialog, as over the page beneath it: the page's own layers do not reach above a modal dialog. */
export const DialogOverlay = createContext<ReactNode>(null);

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly isWide?: boolean;
  /** As large as the window lets it: for documents. */
  readonly isFull?: boolean;
  readonly children: ReactNode;
  /** Buttons, the one that acts last. */
  readonly actions: ReactNode;
}

/** A native modal dialog: focus stays inside, Esc closes, focus returns where it was. */
export function Dialog({
  title,
  onClose,
  isWide = false,
  isFull = false,
  children,
  actions,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
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
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={`dlg${isWide ? ' wide' : ''}${isFull ? ' full' : ''}`}>
        <h2 className="t16" id={titleId}>
          {title}
        </h2>
        {children}
        <div className="f">{actions}</div>
        {overlay}
      </div>
    </dialog>
  );
}
