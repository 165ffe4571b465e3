import { useEffect, useState } from 'react';
import type { RouteInput, RouteOutput } from '../../../shared/ipc/contract';
import type { Failure } from '../../lib/desk';
import { useSecondsUntil } from '../../lib/use-clock';
import { useCommand } from '../../lib/use-command';

export type RevealReason = RouteInput<'records.reveal'>['reason'];
type Plain = RouteOutput<'records.reveal'>;

export interface Reveal {
  /** The plain values while they may be seen. */
  readonly plain: Plain | null;
  readonly secondsLeft: number;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly show: (reason: RevealReason, note: string) => Promise<boolean>;
  readonly hide: () => void;
}

/** Shows plain values for as long as main allows and forgets them then, or when the page is left. */
export function useReveal(certificateId: number): Reveal {
  const command = useCommand('records.reveal');
  const [shown, setShown] = useState<{ readonly plain: Plain; readonly untilMs: number } | null>(
    null,
  );
  const secondsLeft = useSecondsUntil(shown?.untilMs ?? null);
  useEffect(() => {
    if (shown === null) return;
    const timer = window.setTimeout(() => setShown(null), Math.max(0, shown.untilMs - Date.now()));
    return () => window.clearTimeout(timer);
  }, [shown]);
  return {
    plain: shown?.plain ?? null,
    secondsLeft,
    isBusy: command.isBusy,
    failure: command.failure,
    show: async (reason, note) => {
      const plain = await command.run({ certificateId, reason, note });
      if (plain) setShown({ plain, untilMs: Date.now() + plain.showMs });
      return plain !== null;
    },
    hide: () => setShown(null),
  };
}
