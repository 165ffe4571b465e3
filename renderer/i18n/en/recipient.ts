export const recipient = {
  title: 'Encryption',
  none: 'Not encrypted',
  one: 'For one recipient',
  'none-text': 'Whoever gets the file can open it.',
  'one-text':
    "Only the holder of the certificate's key can open it (the name ends in .zip.p7m), this device cannot. Compare the fingerprint with the recipient.",
  choose: 'Choose the certificate',
  other: 'Choose another',
  holder: 'Recipient',
  issuer: 'Issuer',
  period: 'Valid',
  fingerprint: 'Fingerprint (SHA-256)',
  fit: 'usable',
  unfit: 'not usable',
  'fault-sm2':
    'SM2 certificates cannot be used: common programs do not open such files. Ask for an RSA, P-256 or P-384 certificate for encryption.',
  'fault-weak': 'The key is too short (RSA below 2,048 bits). Ask for a newer certificate.',
  'fault-kind':
    'A key of this kind is not supported. Ask for an RSA, P-256 or P-384 certificate for encryption.',
  'fault-usage':
    'This certificate is not for encryption; it may be one for signing. Ask for the one for encryption.',
  'fault-not-yet-valid': 'The certificate is not valid yet.',
  'fault-expired': 'The certificate has expired. Ask for a valid one.',
  checks: 'Recipient',
  'checks-none': 'not encrypted',
};
