import type { Handlers } from '../router';

export function boardHandlers(
  print: () => Promise<'printed' | 'cancelled' | 'no-printer'>,
): Pick<Handlers, 'boards.print'> {
  return { 'boards.print': async () => ({ outcome: await print() }) };
}
