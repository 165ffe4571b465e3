import { networkInterfaces } from 'node:os';

/** The address by which this machine is on a network; null when it is on none. */
export function ownAddress(): string | null {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, internal, address } of addresses ?? []) {
      if (family === 'IPv4' && !internal) return address;
    }
  }
  return null;
}
