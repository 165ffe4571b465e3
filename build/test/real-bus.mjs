import { guestKernel } from '../runtime/guest-kernel.mjs';
import { prepareRealBus } from '../runtime/system.mjs';
import { vitest } from './runners.mjs';

/**
 * The device process on a real USB bus, in an emulated machine (e2e/rigs/qemu).
 * @param {import('./runners.mjs').Settings} settings
 */
export async function realBus(settings) {
  await prepareRealBus();
  const env = { ...settings.env, FIELDCERT_GUEST_KERNEL: guestKernel() };
  return vitest('int', { ...settings, env, filters: ['rigs/qemu'] }, 'bus');
}
