import type { Office } from '../../boot/office';
import type { Handlers } from '../router';

export function unlockHandlers(
  office: Office,
): Pick<
  Handlers,
  | 'unlock.open'
  | 'unlock.lock'
  | 'unlock.enrol'
  | 'unlock.practice'
  | 'unlock.recovery'
  | 'unlock.recover'
> {
  return {
    'unlock.open': async (input) => {
      const outcome = await office.open(input);
      return outcome.outcome === 'opened'
        ? { ...outcome, session: mutable(outcome.session) }
        : outcome;
    },
    'unlock.lock': async () => {
      await office.lock('person');
      return {};
    },
    'unlock.enrol': async (input) => ({ session: mutable(await office.enrol(input)) }),
    'unlock.practice': () => office.practice(),
    'unlock.recovery': () => office.recovery(),
    'unlock.recover': async (input) => {
      const outcome = await office.recover(input);
      return outcome.outcome === 'opened'
        ? { ...outcome, session: mutable(outcome.session) }
        : outcome;
    },
  };
}

/** The contract's arrays are mutable by type. */
function mutable<T extends { readonly regions: readonly string[] }>(view: T) {
  return { ...view, regions: [...view.regions] };
}
