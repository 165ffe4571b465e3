export const keycheck = {
  title: 'U-Key check',
  again: 'Check again',
  driver: 'Driver {{name}}',
  'driver-ok': 'loaded',
  'driver-missing': 'file not found: install the driver again',
  'driver-architecture': 'made for another processor: install the one that fits this program',
  'driver-unusable': 'does not load, the file may be damaged: install the driver again',
  'driver-silent': 'loaded but does not answer: plug the U-Key in again, then check again',
  'no-driver':
    "No supported U-Key driver was found on this device. Install the vendor's driver (SKF or PKCS#11), then check again.",
  'no-token':
    "No U-Key was found. Make sure it is plugged in firmly. If it works in other programs, its vendor's driver is missing here: ask the system administrator to add it.",
  token: '{{label}} · ends in {{tail}}',
  'token-ready': 'ready, certificates: {{count}}, able to sign: {{usable}}',
  'token-pin-locked': 'PIN locked: have it unlocked by the issuing office',
  'token-no-certificate': 'no certificate: have one issued',
  'token-not-usable': 'certificates: {{count}}, all expired, not yet valid or not for signing',
  'token-unreadable': 'certificates cannot be read: plug it in again, then check again',
};
