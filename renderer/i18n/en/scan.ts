export const scan = {
  input: 'Content of a code, text of a certificate, or a number',
  placeholder: 'Scan with a hand scanner, or paste or type and press Enter',
  check: 'Check',
  'choose-picture': 'Choose a picture of a code',
  drop: 'Or drop a photograph of a code here, or paste a screen picture',
  reading: 'Reading the picture',
  'before-failed': 'The check before this one failed; do that one again.',
  'over-band': 'Check again',
  over: 'Checked at {{time}}, then: {{verdict}}. Data, marks or the day have changed since: check again before you decide.',
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
  'explain-under-verification':
    'The centre has this certificate under verification. Until it is over it does not count as valid: ask the centre before you decide.',
  'explain-status':
    'By the data on this device and the rules in force; what is shown matches the record.',
  'explain-several':
    'This number has several certificates of different status. Check again by the certificate number.',
  'explain-name-mismatch':
    'The number is on record, but the holder has another name. Compare the original paper.',
  'explain-number-mismatch':
    'The number is on record, but belongs to somebody else. Compare the original paper.',
  'explain-unknown-number':
    'Other certificates of this person are in this data, the one of this number is not. It may have been issued elsewhere; it does not mean that the certificate is false. Ask the platform.',
  'explain-date-mismatch':
    'The certificate is on record, but with another validity. Compare the original paper.',
  'explain-number-invalid': 'The number cannot exist. Look whether it was misread or mistyped.',
  'explain-not-in-slice':
    'This device has the data of this area only; certificates from elsewhere are not among them. It does not mean that the certificate is false.',
  'explain-incomplete':
    'There is no whole certificate or ID number in it; a name alone cannot be checked.',
  'explain-too-long': 'It is longer than any QR code can be, and was not checked.',
  'explain-empty': 'What was scanned is empty.',
  ask: 'Ask the central platform',
  asked: 'Asked',
  'asked-toast': 'The question is queued; its answer will appear under "Asked at the platform".',
  'ask-online': 'Goes out with the next sync; the answer comes back by itself.',
  'ask-offline': 'Offline: goes out when there is a line, or by a stick.',
  'asked-list': 'Asked at the platform',
  'answer-waiting': 'waiting',
  'answer-refused': 'not taken',
  'answer-none': 'no such certificate',
  'answer-name-differs': 'name differs',
  'answer-number-differs': 'number is somebody else’s',
  'answer-date-differs': 'validity differs',
  'answer-ask-again': 'answer too old, ask again',
  'answered-at': 'answered {{time}}',
  'answer-several': 'several certificates',
  national:
    'Certificates from elsewhere can be checked: out-of-force list as of {{day}}, {{count}} entries.',
  'national-none':
    'No data yet to check certificates from elsewhere; they come with the next sync or bundle from a stick.',
  'code-kind': 'Kind',
  'code-review': 'Review due',
  'code-issuer': 'Signed by',
  'code-as-of': 'Out-of-force list as of',
  'code-old':
    'The list is as of {{day}}, longer ago than the rules allow; what was revoked since may be missing. Synchronise soon.',
  'code-photo': "The code carries a check value of the holder's photo: compare photo and person.",
  'verdict-genuine': 'Genuine, not revoked',
  'verdict-genuine-expired': 'Genuine, but expired',
  'verdict-must-ask': 'Must be asked at the platform',
  'verdict-code-altered': 'Signature does not fit',
  'verdict-code-unknown-issuer': 'Signer not on the list',
  'verdict-code-unreadable': 'Signed code not whole',
  'verdict-code-no-keys': 'Signed codes cannot be checked yet',
  'verdict-document-code': 'Verification code of a document',
  'explain-genuine':
    'The signature is right, and as of the date below the certificate was not on the out-of-force list. It says nothing of later changes.',
  'explain-genuine-expired':
    'The signature is right, but the validity has ended. Ask the platform whether it was renewed.',
  'explain-must-ask':
    'This device cannot tell whether the certificate is in force now. Ask the platform.',
  'explain-code-altered':
    'Content and signature do not fit: it was changed, or misread. Scan again; if it still does not fit, report it.',
  'explain-code-unknown-issuer':
    'This device has no key of that signer and cannot judge. Look it up by the certificate number.',
  'explain-code-unreadable': 'The signed code was not read whole. Scan it again.',
  'explain-code-no-keys':
    'This device has no keys and no out-of-force list yet. Synchronise, then try again.',
  'explain-document-code':
    'This code belongs to a document, not to a certificate. A phone or the centre’s page tells whether the document is on record; look certificates up by their number.',
  'why-listed':
    'The certificate is on the out-of-force list (suspended, revoked, withdrawn, cancelled or under verification). Ask the platform before deciding.',
  'why-newer': 'The code is newer than the list; this device cannot tell. Ask the platform.',
  'why-old':
    'The signature is right, but the out-of-force list on this device is longer ago than the rules allow. Ask the platform, or synchronise and check again.',
  'why-uncovered': "The list does not cover this signer's certificates. Look it up by the number.",
  'why-unknown-kind':
    'The signature is right, but this program does not know the rules of this kind of certificate. Ask the platform.',
  'why-review':
    'The signature is right, but the review date has passed. Ask the platform whether it was reviewed.',
  'why-out-of-time': "The code was made on a day on which the signer's key did not count.",
  camera: 'Scan by camera',
  'camera-asking': 'Opening the camera…',
  'camera-live':
    'Hold the code in front of the camera; it is checked once read. No picture is kept.',
  'camera-held': 'This code was checked. The next code, please.',
  'camera-denied':
    'The camera is not allowed. Allow it in the settings of the system, or use a scanner or a picture.',
  'camera-none': 'No camera found. Connect one, or use a scanner or a picture.',
  'camera-busy': 'Another program uses the camera. Close it and try again.',
  'camera-close': 'Close the camera',
};
