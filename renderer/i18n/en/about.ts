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
};
