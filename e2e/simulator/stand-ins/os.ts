import type { NetworkInterfaceInfo } from 'node:os';

/* What stands in for `node:os`: itself, but that a machine stays where it is. */

export const networkInterfaces = (): NodeJS.Dict<NetworkInterfaceInfo[]> => ({});

export * from 'node:os';
