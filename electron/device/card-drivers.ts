import { createCcidReaders } from './ccid/ccid-readers';
import type { TokenDriver } from './driver';
import { createPcscReaders } from './pcsc/pcsc-readers';
import { createPivDriver, type PivOptions } from './piv/piv-driver';

/** PIV cards by each of the ways, in their order; raw CCID leaves to PC/SC what that reaches, where both are asked for. */
export function cardDrivers(ways: readonly PivOptions['id'][]): TokenDriver[] {
  const pcsc = ways.includes('pcsc-piv') ? createPcscReaders() : undefined;
  return ways.map((id) => {
    const readers = id === 'pcsc-piv' ? pcsc : undefined;
    return createPivDriver({ id, readers: readers ?? createCcidReaders(pcsc) });
  });
}
