export const act = {
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  next: 'Next',
};
export const state = {
  loading: 'Reading',
  failed: 'Not completed',
  denied: 'Not allowed',
  reference: 'Reference {{ref}}',
};
export const filter = {
  all: 'All',
  region: 'Region',
  industry: 'Industry',
  kind: 'Type',
  status: 'Status',
  join: ', ',
  and: '; ',
  chosen: '{{count}} chosen certificates',
  'one-company': 'One company',
  'one-body': 'One training body',
  issued: 'Issued {{from}} – {{until}}',
  due: 'Due {{from}} – {{until}}',
  review: 'Review due {{from}} – {{until}}',
  'valid-to': 'Valid to {{from}} – {{until}}',
  remove: 'Remove filter {{what}}',
};
export const freshness = {
  altered:
    'What the data here are compared with was not signed by the server. Use them with care and synchronise.',
  older:
    'The data here are older than what this device had; later revocations may be missing. Synchronise.',
  stale:
    'Data as of {{time}}, older than permitted. Statuses may have changed: synchronise before use.',
  offline: 'Offline; you can go on searching. Reports waiting: {{count}}, sent when online.',
  partial:
    'Changes, training and examinations are still arriving. Certificate statuses can be used.',
  'names-differ':
    'Names of issuers or training bodies on this device are not those that the server signed. Synchronise to repair before use.',
  'moves-differ':
    'What this device says of certificates that moved to other regions is not what the server signed. Synchronise to repair before use.',
  differs:
    'Groups of data that differ from the server: {{count}}. Synchronise to repair before use.',
  'to-sync': 'Sync',
};
export const settings = {
  title: 'Personal settings',
  language: 'Language',
  theme: 'Appearance',
  light: 'Light',
  dark: 'Dark',
  contrast: 'Contrast',
  font: 'Letter size',
  'step-0': 'Normal',
  'step-1': 'Plus',
  'step-2': 'Large',
  'step-3': 'Huge',
};
export const help = {
  title: 'Keys',
  search: 'Go to the search box',
  move: 'Move in the list',
  open: 'Open the chosen certificate',
  close: 'Close or go back',
  export: 'Signed export',
  lock: 'Lock at once',
  help: 'Show this page',
  version: 'Version',
};
