import type { ErrorCode } from '../../../../shared/errors/app-error';
import type { UnlockKey } from '../../../../shared/ipc/routes/tokens';
import type { DeviceCaller } from '../../clients/device-client';
import { seenOnce, tokenError, whyNone } from './tokens';

/** Keys of the connected tokens that can open what is wrapped to them; `problem` says why there is none. */
export async function unlockKeys(
  device: DeviceCaller,
): Promise<{ readonly items: UnlockKey[]; readonly problem: ErrorCode | null }> {
  const listed = await device.call('list', {});
  if (!listed.ok) return { items: [], problem: tokenError(listed.failure).code };
  const found: { readonly key: UnlockKey; readonly driver: string; readonly der: Uint8Array }[] =
    [];
  let problem: ErrorCode =
    listed.value.tokens.length === 0 ? whyNone(listed.value) : 'TOKEN_NO_CERTIFICATE';
  for (const { tokenId, label, serial, driver } of listed.value.tokens) {
    const certs = await device.call('certs', { tokenId });
    if (!certs.ok) {
      problem = tokenError(certs.failure).code;
      continue;
    }
    const pin = await device.call('pinStatus', { tokenId });
    for (const certificate of certs.value.filter(({ canUnwrap }) => canUnwrap)) {
      const key = {
        tokenId,
        keyRef: certificate.keyRef,
        tokenLabel: label,
        serialTail: serial.slice(-4),
        holder: certificate.commonName || certificate.subject,
        notAfterMs: certificate.notAfterMs,
        isPinLocked: pin.ok && pin.value.state === 'locked',
      };
      found.push({ key, driver, der: certificate.der });
    }
  }
  // Here our own reader is meant: a library that comes later, or goes, must not keep a slot from opening.
  const once = seenOnce(found, ({ driver, der }) => ({ driver, ders: [der] }), 'reader');
  const items = once.map(({ key }) => key);
  return { items, problem: items.length > 0 ? null : problem };
}
