import { useEffect, useState } from 'react';
import type { SlowFigure } from '../../shared/ipc/routes/board-making';
import { invoke } from './desk';

/** What is there sooner is not spoken of. */
const PATIENCE_MS = 600;
const LOOK_MS = 250;

export interface Making {
  readonly done: number;
  /** 0: not known yet. */
  readonly of: number;
  readonly stop: () => void;
}

/** How far a slow figure is, once it has been waited for longer than a moment; null before that, and when nobody waits. */
export function useMaking(what: SlowFigure, isWaiting: boolean): Making | null {
  const [howFar, setHowFar] = useState<Omit<Making, 'stop'> | null>(null);
  useEffect(() => {
    setHowFar(null);
    if (!isWaiting) return;
    let isOver = false;
    let next: ReturnType<typeof setTimeout>;
    const look = async () => {
      const answer = await invoke('boards.making', {});
      if (isOver) return;
      const { [what]: now } = answer.ok ? answer.data : { [what]: null };
      if (now !== null && now !== undefined) setHowFar(now);
      next = setTimeout(look, LOOK_MS);
    };
    next = setTimeout(() => {
      setHowFar({ done: 0, of: 0 });
      void look();
    }, PATIENCE_MS);
    return () => {
      isOver = true;
      clearTimeout(next);
    };
  }, [what, isWaiting]);
  if (howFar === null) return null;
  return { ...howFar, stop: () => void invoke('boards.stop', { what }) };
}
