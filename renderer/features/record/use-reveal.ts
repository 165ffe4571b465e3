import type { RouteOutput } from '../../../shared/ipc/contract';
import type { Failure } from '../../lib/desk';
import { useCommand } from '../../lib/use-command';
import type { RevealReason } from '../../parts/reveal/RevealDialog';
import { type Shown, useShown } from '../../parts/reveal/use-shown';

type Plain = RouteOutput<'records.reveal'>;

export interface Reveal extends Omit<Shown<Plain>, 'put'> {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly show: (reason: RevealReason, note: string) => Promise<boolean>;
}

/** Shows plain values of a certificate for as long as main allows. */
export function useReveal(certificateId: number): Reveal {
  const command = useCommand('records.reveal');
  const { put, ...shown } = useShown<Plain>();
  return {
    ...shown,
    isBusy: command.isBusy,
    failure: command.failure,
    show: async (reason, note) => {
      const plain = await command.run({ certificateId, reason, note });
      if (plain) put(plain);
      return plain !== null;
    },
  };
}
