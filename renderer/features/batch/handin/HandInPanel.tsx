import type { ReactNode } from 'react';

interface HandInPanelProps {
  readonly label: string;
  readonly file: string | undefined;
  /** What is said of the list beside its name. */
  readonly facts: ReactNode;
  readonly acts: ReactNode;
  readonly children: ReactNode;
}

/** One list: its name, what is said of it and what can be done with it, above its rows. */
export function HandInPanel({ label, file, facts, acts, children }: HandInPanelProps) {
  return (
    <section className="panel grow results" aria-label={label}>
      <div className="tbar handin">
        <b className="el">
          <bdi>{file}</bdi>
        </b>
        {facts}
        <span className="grow" />
        {acts}
      </div>
      {children}
    </section>
  );
}
