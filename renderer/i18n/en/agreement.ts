export const agreement = {
  title: 'User agreement',
  version: 'Version {{version}}',
  signed: 'Signed',
  unsigned: 'Not signed',
  by: 'Signed {{time}} by {{name}}',
  sign: 'Sign with the U-Key',
  waiting: 'Check and type the PIN in the signing window',
  refused:
    'The centre refused your signature on {{time}}: {{reason}} Sign again once the cause is mended.',
  needed: 'Until it is signed you cannot use: {{acts}}',
  reveal: 'full numbers',
  export: 'bulk export',
  import: 'handing in lists',
  done: 'The user agreement is signed',
  none: 'Your role reports nothing to the centre: there is nothing to sign.',
  read: 'Signing means that you agree to all of it.',
  sep: ', ',
};
