import type { Office } from '../../boot/office';
import { diagnoseKeys } from '../../services/tokens/diagnose';
import { unlockKeys } from '../../services/tokens/unlock-keys';
import type { Handlers } from '../router';

export function tokenHandlers(
  office: Office,
): Pick<Handlers, 'tokens.unlock-keys' | 'tokens.diagnose' | 'tokens.attach' | 'tokens.detach'> {
  return {
    'tokens.unlock-keys': () => unlockKeys(office.device),
    'tokens.diagnose': () => diagnoseKeys(office.device, office.keyLibraries),
    'tokens.attach': async ({ tokenId, keyRef, pin, password }) => {
      const { tokens } = office.demandServices();
      return office.slotsChanged(await tokens.attach({ tokenId, keyRef }, { pin, password }));
    },
    'tokens.detach': async (secrets) =>
      office.slotsChanged(await office.demandServices().tokens.detach(secrets)),
  };
}
