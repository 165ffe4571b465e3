export const about = {
  program: 'This program',
  version: 'Version',
  runtime: 'Runtime',
  rules: 'Rule pack',
  device: 'Device number',
  parts: 'Components of others and their licences',
  count: '{{count}} in all',
  part: 'Component',
  licence: 'Licence',
  text: 'Text',
  read: 'Read',
  chromium:
    'Licences of Chromium and its components: LICENSES.chromium.html in the installation folder.',
  diagnostics: 'Diagnostics',
  'diagnostics-about':
    'For those who help you: versions, states, sizes of files and the last lines of the log. Names, numbers, paths and addresses are left out. Read it before you hand it on; just this is saved.',
  'diagnostics-text': 'What is saved',
  'diagnostics-save': 'Save to a folder',
  'diagnostics-saved': 'Saved as {{name}}',
};
