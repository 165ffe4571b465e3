import type { Office } from '../../boot/office';
import { unlockKeys } from '../../services/tokens/unlock-keys';
import type { Handlers } from '../router';

export function tokenHandlers(
  office: Office,
): Pick<Handlers, 'tokens.unlock-keys' | 'tokens.attach' | 'tokens.detach'> {
  return {
    'tokens.unlock-keys': () => unlockKeys(office.device),
    'tokens.attach': async ({ tokenId, keyRef, pin, password }) => {
      const { tokens } = office.demandServices();
      return office.slotsChanged(await tokens.attach({ tokenId, keyRef }, { pin, password }));
    },
    'tokens.detach': async (secrets) =>
      office.slotsChanged(await office.demandServices().tokens.detach(secrets)),
  };
}
