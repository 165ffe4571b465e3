import type { ErrorDoc } from './error-doc';

/** Server, line, manifests, segments and deltas. */
export const SYNC_ERRORS = {
  SYNC_UNREACHABLE: {
    cause: 'No endpoint answered.',
    action: 'Check the network; local data stay usable.',
    isRetryable: true,
  },
  SYNC_INTERRUPTED: {
    cause: 'The line broke; what had arrived is kept.',
    action: 'Try again; it goes on where it stopped.',
    isRetryable: true,
  },
  SYNC_SERVER_IDENTITY: {
    cause: 'The server’s certificate is not from the office’s own authority.',
    action: 'Do not use this network; call the administrator.',
    isRetryable: false,
  },
  SYNC_DEVICE_REFUSED: {
    cause: 'The server refused this device’s certificate.',
    action: 'Call the central administrator.',
    isRetryable: false,
  },
  SYNC_SIGNATURE_BAD: {
    cause: 'A manifest or checkpoint is not signed by the server’s key.',
    action: 'Nothing was applied; report it.',
    isRetryable: false,
  },
  SYNC_OBJECT_DAMAGED: {
    cause: 'A segment or page is truncated or altered; it was thrown away.',
    action: 'Try again; only that piece is fetched again.',
    isRetryable: true,
    params: ['object'],
  },
  SYNC_KEY_EPOCH: {
    cause:
      'Data came under keys of the region (epoch) that this device does not hold or that are out of force; it holds another one (held).',
    action:
      'Nothing was applied and the slice is as it was; synchronise again, which brings the keys, or take a newer stick.',
    isRetryable: true,
    params: ['epoch', 'held'],
  },
  SYNC_ROOT_MISMATCH: {
    cause: 'After applying, the slice does not equal the server’s.',
    action: 'Nothing was made visible; run the repair.',
    isRetryable: true,
    params: ['buckets'],
  },
  SYNC_SCHEMA_UNSUPPORTED: {
    cause: 'The server’s data need a newer program.',
    action: 'Update the program; pending reports can still be sent.',
    isRetryable: false,
  },
  SYNC_SERVER_OUTDATED: {
    cause: 'This program is newer than the server and reads more than it has.',
    action:
      'The administrator updates the server; the slice stays in use and pending reports can still be sent.',
    isRetryable: false,
  },
  SYNC_CURSOR_REFUSED: {
    cause: 'The server no longer knows the cursor.',
    action: 'A fresh snapshot is loaded; the old slice stays until it is verified.',
    isRetryable: true,
  },
  SYNC_STATE_MOVED: {
    cause: 'The region changed at the server while a repair compared its state.',
    action: 'It compares the new state by itself; when changes do not end, the next run goes on.',
    isRetryable: true,
  },
  SYNC_ROLLED_BACK: {
    cause:
      'The server, proven to be ours, offers a state older than one that this device has seen.',
    action:
      'Nothing was applied. The administrator of the centre checks whether it was restored from an old copy.',
    isRetryable: true,
  },
  SYNC_CHAIN_BROKEN: {
    cause:
      'The signed list of the server does not go on from the lists that this device has seen: two of them claim the same place.',
    action:
      'Nothing was applied. The administrator of the centre checks for a second server or an old copy, and publishes anew.',
    isRetryable: true,
  },
  SYNC_INCOMPLETE: {
    cause: 'The signed list of the server contradicts itself, or something is missing in it.',
    action: 'Nothing was applied. It tries again; when it stays, the centre publishes anew.',
    isRetryable: true,
  },
  SYNC_PROTOCOL: {
    cause: 'The answer is not what the protocol says.',
    action: 'Try again, or change the network; when it stays, report it.',
    isRetryable: true,
  },
  SYNC_SERVER_BUSY: {
    cause: 'The server asks to wait.',
    action: 'It tries again by itself.',
    isRetryable: true,
    params: ['seconds'],
  },
} as const satisfies Record<string, ErrorDoc>;
