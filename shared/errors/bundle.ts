import type { ErrorDoc } from './error-doc';

/** Bundles on a stick. */
export const BUNDLE_ERRORS = {
  BUNDLE_NOT_ONE: {
    cause: 'The chosen file is no bundle for this program.',
    action: 'Choose a file of the bundle that the centre handed out.',
    isRetryable: false,
    params: ['name'],
  },
  BUNDLE_NEWER: {
    cause: 'The bundle was written by a newer program.',
    action: 'Update this program, or have the bundle made anew for this version.',
    isRetryable: false,
    params: ['name'],
  },
  BUNDLE_CUT: {
    cause: 'A file of the bundle is not whole: it was not copied to its end.',
    action: 'Copy the file to the stick again.',
    isRetryable: false,
    params: ['name'],
  },
  BUNDLE_FORGED: {
    cause: 'The signature of the bundle is not that of the office’s server.',
    action: 'Do not use the bundle; ask the centre for another.',
    isRetryable: false,
    params: ['name'],
  },
  BUNDLE_ALTERED: {
    cause: 'A file of the bundle is not as the server wrote it.',
    action: 'Copy it again; if that does not help, have the bundle made anew.',
    isRetryable: false,
    params: ['name'],
  },
  BUNDLE_OTHER_OFFICE: {
    cause: 'The bundle was made for another office.',
    action: 'Take the bundle that was made for this office.',
    isRetryable: false,
    params: ['office'],
  },
  BUNDLE_OTHER_DEVICE: {
    cause: 'The bundle was made for another device, or for this one before it was enrolled anew.',
    action: 'Take the bundle that was made for this device.',
    isRetryable: false,
    params: ['device'],
  },
  BUNDLE_VOLUME_MISSING: {
    cause: 'Files of the bundle are not in the folder.',
    action: 'Copy all of its files into one folder.',
    isRetryable: false,
    params: ['volumes', 'count'],
  },
  BUNDLE_MIXED: {
    cause: 'The folder holds files of different bundles, and none of them is complete.',
    action: 'Copy all files of one bundle into a folder of their own.',
    isRetryable: false,
    params: ['volumes'],
  },
  BUNDLE_MENDS_NOT: {
    cause:
      'Rows of this device differ from what the server signed, and this bundle brings no whole slice that is as new.',
    action:
      'Export to a stick and hand it to the centre: the next bundle that it makes mends the data. Or connect to the server.',
    isRetryable: false,
    params: [],
  },
  BUNDLE_OLDER: {
    cause: 'The data of this device are newer than the bundle.',
    action: 'Nothing has to be done; ask the centre for a newer bundle where needed.',
    isRetryable: false,
  },
  BUNDLE_OLDER_THAN_SEEN: {
    cause: 'There are no data here now, and this device had newer ones than the bundle brings.',
    action: 'Nothing was applied. Connect to the server, or ask the centre for a bundle of today.',
    isRetryable: false,
  },
  BUNDLE_PREREQUISITE: {
    cause: 'The bundle continues from changes that this device does not have.',
    action: 'Import the bundle before it first, or have one made from this device’s state.',
    isRetryable: false,
    params: ['from', 'have'],
  },
  BUNDLE_NEEDS_FULL: {
    cause: 'The bundle brings changes only, and this device lacks what they build on.',
    action: 'Have a full bundle made.',
    isRetryable: false,
  },
  BUNDLE_GONE: {
    cause: 'The stick was taken out, or it cannot be read.',
    action: 'Plug it in again and choose the file again; what was applied stays.',
    isRetryable: true,
    params: ['name'],
  },
} as const satisfies Record<string, ErrorDoc>;
