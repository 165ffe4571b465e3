import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Settings } from '../../../../shared/ipc/routes/app';
import type { OpenFault } from '../../../crypto/slot-summary';
import type { OfficeServices } from '../../boot/services/office-services';
import type { TokenFailed } from '../../services/tokens/tokens';
import type { Handlers } from '../router';

type PeopleRoute = Extract<keyof Handlers, `people.${string}` | `handout.${string}`>;

export function peopleHandlers(
  services: () => OfficeServices,
  window: { closeRecovery(): void },
  settings: () => Settings,
): Pick<Handlers, PeopleRoute> {
  const people = () => services().people;
  return {
    'people.list': () => people().list(),
    'people.add': async ({ badge, password, token }) => {
      await people().add(badge, password, token);
      return {};
    },
    'people.remove': async ({ badge }) => {
      await people().remove(badge);
      return {};
    },
    'people.release': async ({ badge }) => {
      await people().release(badge);
      return {};
    },
    'people.change-password': async ({ password, next, pin }) =>
      outcomeOf(await people().changePassword(password, next, pin)),
    'people.make-recovery': ({ former }) => people().makeRecovery(former),
    'people.hand-out': async () => {
      await people().handOut();
      return {};
    },
    'handout.shown': () => {
      const { locale, theme } = settings();
      return { ...people().shown(), locale, theme };
    },
    'handout.print': async () => ({ outcome: await people().printShown() }),
    'handout.confirm': async ({ typed }) => ({ outcome: await people().confirmRecovery(typed) }),
    'handout.close': () => {
      window.closeRecovery();
      return {};
    },
  };
}

function outcomeOf(fault: OpenFault | TokenFailed | null): RouteOutput<'people.change-password'> {
  if (fault !== null && 'outcome' in fault) return fault;
  switch (fault?.kind) {
    case undefined:
      return { outcome: 'changed' };
    case 'wrong-password':
      return { outcome: 'wrong', triesLeft: fault.triesLeft };
    case 'wait':
      return { outcome: 'wait', untilMs: Date.now() + fault.remainingMs };
    case 'administrator-needed':
      return { outcome: 'administrator-needed' };
    default:
      return { outcome: 'token-needed' };
  }
}
