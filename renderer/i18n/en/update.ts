export const update = {
  title: 'New version',
  'text-line-swap':
    'New versions are fetched in the background, verified byte by byte and installed when the program ends, never during a signature or synchronisation.',
  'text-line-person':
    'New versions are fetched in the background and verified byte by byte; the system administrator installs them.',
  'text-stick-swap':
    'New versions come on a stick, are verified byte by byte and installed when the program ends, never during a signature or synchronisation.',
  'text-stick-person':
    'New versions come on a stick and are verified byte by byte; the system administrator installs them.',
  check: 'Check for updates',
  'from-stick': 'Update from a stick',
  checking: 'Checking for updates',
  off: 'This package has updates switched off',
  'off-text':
    'It brings no release root, so nothing could be told genuine. Have the system administrator install an officially released package.',
  unchecked: 'Not checked yet',
  'stick-text':
    'No update server is set on this computer. Insert the update stick and choose the folder that holds metadata and files.',
  'line-text': 'The program checks every 6 hours; you can also check now.',
  none: 'You have the newest version',
  'none-text': 'There is no newer released version.',
  refused: 'This check brought no usable update',
  'refused-text': 'Nothing of the program was changed; you can go on working.',
  'refused-kept':
    'The version below was found before and was genuine then; it is verified once more before it is installed.',
  version: 'Version {{version}}',
  found: 'Available',
  verified: 'Verified, waiting to be installed',
  'due-tag': 'Due',
  'due-found-swap':
    'This version has to be installed now. Fetch it; it is installed when the program ends.',
  'due-found-person':
    'This version has to be installed now. Fetch it; the system administrator then installs it as told here.',
  'due-waiting-swap':
    'This version has to be installed now: when the program ends, or by itself with a restart while nobody is logged in.',
  'due-waiting-person':
    'This version has to be installed now: have the system administrator install it as told below.',
  'due-by': 'To be installed by',
  published: 'Published {{time}}',
  'origin-line': 'from the update server',
  'origin-stick': 'from a stick',
  'origin-kept': 'fetched before this start',
  fetch: 'Fetch',
  fetching: 'Fetching the update',
  paused: 'Paused',
  pause: 'Pause',
  resume: 'Go on',
  progress: '{{done}} / {{total}}',
  kept: 'What has arrived is kept',
  leave: 'You can leave this page; it goes on in the background',
  notes: 'What is new',
  'at-quit':
    'It is installed when the program ends, after being verified once more. If the new version does not open, the present one comes back by itself.',
  'at-time':
    'It is installed when the program ends, or after {{time}} while nobody is logged in, after being verified once more. If the new version does not open, the present one comes back by itself.',
  'by-deb':
    "The file is verified. Installing software on this computer needs administrator rights: have the system administrator open the folder and install the file with the system's package installer, or run there:",
  'by-installer':
    'The file is verified. Have the system administrator open the folder, quit this program and run the installer.',
  'by-archive':
    "The file is verified. Have the system administrator open the folder, quit this program and replace the program's files with it.",
  'install-now': 'Install and restart now',
  show: 'Show in folder',
  installed: 'Updated to version {{to}} on {{time}}.',
  returned:
    'Version {{to}} did not open; version {{from}} is back. It will not be installed again: wait for a later one and tell the system administrator.',
  'not-placed':
    'Version {{to}} could not be installed; the present version is untouched. Check for updates again; if it stays so, tell the system administrator.',
  facts: 'Facts',
  running: 'Present version',
  source: 'Comes from',
  'source-off': 'Switched off',
  'source-stick': 'Stick',
  'source-line': 'Update server',
  channel: 'Kind',
  'channel-stable': 'Released',
  'channel-beta': 'Trial',
  'last-check': 'Last good check',
  never: 'Not since the start',
  when: 'Installation',
  'when-quit': 'When the program ends',
  'when-person': 'By an administrator',
  last: 'Last update',
  'last-placed': 'In place, not started yet',
  'last-installed': 'Done',
  'last-returned': 'Taken back',
  'last-refused': 'Not installed',
  'reason-malformed': '(It has not the right form.)',
  'reason-signatures-missing': "(Signatures are missing or not the publisher's.)",
  'reason-version-older': '(It is older than what was seen before.)',
  'reason-version-skipped': '(The signed roots do not follow each other.)',
  'reason-mixed': '(Its lists do not belong to one release.)',
  'reason-expired': '(It has expired.)',
  'reason-missing': '(A list is missing.)',
  'reason-endless': '(It is too large.)',
};
