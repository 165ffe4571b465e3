import { useRef } from 'react';

/**
 * Who is at the table: answers come when they come, and one of somebody who has left must not be put up before the next.
 * Each asking begins a turn; its answer is shown only where no other turn began since.
 */
export class Turns {
  private newest = 0;

  /** Begins a turn; the answer tells whether it still is the newest. */
  begin(): () => boolean {
    this.newest += 1;
    return this.present();
  }

  /** For what may bring somebody or nobody (a picture of the camera): whether no turn began since. */
  present(): () => boolean {
    const own = this.newest;
    return () => own === this.newest;
  }
}

/** The turns of one page. */
export function useTurns(): Turns {
  const turns = useRef<Turns | null>(null);
  turns.current ??= new Turns();
  return turns.current;
}
