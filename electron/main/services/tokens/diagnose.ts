import type { KeyCheck } from '../../../../shared/ipc/routes/tokens';
import type { DriverProblem } from '../../../device/device';
import type { TokenInfo } from '../../../device/driver';
import type { DeviceCaller } from '../../clients/device-client';
import { wayOf } from './card-readers';
import { seenOnce, tokenError } from './tokens';

/** A vendor's library that the program was told of. */
export interface KeyLibrary {
  readonly kind: KeyCheck['drivers'][number]['kind'];
  /** For people; the path stays here. */
  readonly name: string;
  readonly libraryPath: string;
}

type DriverState = KeyCheck['drivers'][number]['state'];
type TokenCheck = KeyCheck['tokens'][number];

/** Looks at every library and every key, and says at which layer the way ends. Throws the device's documented codes. */
export async function diagnoseKeys(
  device: DeviceCaller,
  libraries: readonly KeyLibrary[],
): Promise<KeyCheck> {
  const listed = await device.call('list', {});
  if (!listed.ok) throw tokenError(listed.failure);
  const { problems, helped } = listed.value;
  const drivers = libraries.map(({ kind, name, libraryPath }) => {
    const problem = problems.find(({ library }) => library === libraryPath);
    const working = helped.includes(libraryPath) ? 'ok-helped' : 'ok';
    return { kind, name, state: problem === undefined ? working : stateOf(problem) } as const;
  });
  const checked: CheckedToken[] = [];
  for (const token of listed.value.tokens) checked.push(await checkToken(device, token));
  const tokens = seenOnce(checked, (one) => one).map(({ check }) => check);
  const looked = await device.call('readers', {});
  if (!looked.ok) throw tokenError(looked.failure);
  return { drivers, ways: looked.value.map(wayOf), tokens };
}

interface CheckedToken {
  readonly driver: string;
  readonly ders: readonly Uint8Array[];
  readonly check: TokenCheck;
}

async function checkToken(device: DeviceCaller, token: TokenInfo): Promise<CheckedToken> {
  const { tokenId, label, serial, driver } = token;
  const certs = await device.call('certs', { tokenId });
  const pin = await device.call('pinStatus', { tokenId });
  const all = certs.ok ? certs.value : [];
  const usable = all.filter(({ bar }) => bar === null).length;
  const counts = { label, serialTail: serial.slice(-4), certificates: all.length, usable };
  const said = (state: TokenCheck['state']): CheckedToken => ({
    driver,
    ders: all.map(({ der }) => der),
    check: { ...counts, state },
  });
  if (!certs.ok) return said('unreadable');
  if (all.length === 0) return said('no-certificate');
  if (pin.ok && pin.value.state === 'locked') return said('pin-locked');
  return said(usable === 0 ? 'not-usable' : 'ready');
}

function stateOf({ failure }: DriverProblem): DriverState {
  if (failure.kind === 'library-missing') return 'missing';
  if (failure.kind !== 'library-unusable') return 'silent';
  if (failure.detail.startsWith('helper:')) return 'no-helper';
  return failure.detail.startsWith('architecture:') ? 'architecture' : 'unusable';
}
