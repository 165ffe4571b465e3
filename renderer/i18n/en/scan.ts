export const scan = {
  input: 'Content of a code, text of a certificate, or a number',
  placeholder: 'Scan with a hand scanner, or paste or type and press Enter',
  check: 'Check',
  'choose-picture': 'Choose a picture of a code',
  drop: 'Or drop a photograph of a code here, or paste a screen picture',
  reading: 'Reading the picture',
  'no-code':
    'No QR code was found in the picture. Take it closer and straighter, or type the number.',
  promise: 'Checked on this device only; no address is opened. Every check is logged.',
  earlier: 'Checked since unlocking',
  empty: 'Waiting for a scan',
  'empty-text': 'While this page is open you can scan at once; the result appears here.',
  field: 'Item',
  said: 'The code or paper says',
  recorded: 'The record says',
  'open-record': 'Open the certificate',
  'field-name': 'Name',
  'field-number': 'Number',
  'field-validTo': 'Valid to',
  until: 'until {{day}}',
  address:
    'The code is an address ({{host}}) and was not opened. An address proves nothing; only the number in it is checked.',
  'address-none': 'The code asks to run something. It was not run.',
  'odd-host': 'The host is spelt oddly: do not open it with a phone either.',
  hidden: 'The content had invisible characters; they were left out before checking.',
  'verdict-several': 'Several certificates',
  'verdict-name-mismatch': 'Name does not match the record',
  'verdict-number-mismatch': 'Number does not match the record',
  'verdict-date-mismatch': 'Validity does not match the record',
  'verdict-number-invalid': 'The number is wrong',
  'verdict-not-in-slice': 'Not in this data',
  'verdict-incomplete': 'No number to check',
  'verdict-too-long': 'Too long',
  'verdict-empty': 'Nothing there',
  'explain-status':
    'By the data on this device and the rules in force; what is shown matches the record.',
  'explain-several':
    'This number has several certificates of different status. Check again by the certificate number.',
  'explain-name-mismatch':
    'The number is on record, but the holder has another name. Compare the original paper.',
  'explain-number-mismatch':
    'The person is on record, but has no certificate of this number. Compare the original paper.',
  'explain-date-mismatch':
    'The certificate is on record, but with another validity. Compare the original paper.',
  'explain-number-invalid': 'The number cannot exist. Look whether it was misread or mistyped.',
  'explain-not-in-slice':
    'This device has the data of this area only; certificates from elsewhere are not among them. It does not mean that the certificate is false.',
  'explain-incomplete':
    'There is no whole certificate or ID number in it; a name alone cannot be checked.',
  'explain-too-long': 'It is longer than any QR code can be, and was not checked.',
  'explain-empty': 'What was scanned is empty.',
};
