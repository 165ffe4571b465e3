export const check = {
  title: 'Result of the self-check',
  text: 'The desk checks itself once a day; what was missed is made up for after unlocking. Searching goes on meanwhile.',
  now: 'Check now',
  running: 'Checking',
  progress: '{{item}} · {{done}} of {{total}}',
  leave: 'You may leave this page; the check goes on.',
  none: 'No self-check yet',
  'none-text': 'It starts by itself soon after unlocking, or at once if you like.',
  next: 'Next check',
  'next-now': 'shortly',
  seconds: '{{seconds}} s',
  'last-runs': 'Last checks',
  'by-schedule': 'by itself',
  'by-person': 'by hand',
  item: 'Item',
  result: 'Result',
  finding: 'What was found and what to do',
  'all-good': 'All good',
  found: 'Faults: {{bad}}, reminders: {{warn}}',
  'ribbon-title': 'The self-check found a fault',
  'ribbon-text': '{{items}}. The page Security, Daily self-check, says what to do.',
  joiner: ', ',
  'state-ok': 'Good',
  'state-warn': 'Reminder',
  'state-bad': 'Fault',
  'state-skipped': 'Not checked',
  'item-pages': 'Data files',
  'item-engine': 'Data structure',
  'item-versions': 'Versions',
  'item-digest': 'Certificate data',
  'item-deep': 'Deep check of the certificates',
  'item-audit': 'Audit log',
  'item-clock': 'Clock',
  'item-certificates': 'Digital certificates',
  'item-statements': 'Authorisation',
  'item-rules': 'Rule pack',
  'item-disk': 'Disk space',
  'item-backup': 'Backup',
  'no-key':
    'This role holds no key to the certificate data; it is checked when an inspector is at the desk.',
  'no-data': 'No certificate data yet; checked after the first synchronisation.',
  busy: 'A backup, synchronisation or change of keys is using the files; made up for by itself soon.',
  'pages-damaged': 'The data files are damaged; checked again once they are repaired.',
  failed: 'This could not be checked. Check again; if it happens again, tell the administrator.',
  'pages-ok': 'All {{pages}} pages hold, {{rate}} a second.',
  'pages-damaged-found':
    '{{damaged}} pages are damaged (log {{journal}}, certificate data {{slice}}). Stop working, lock and unlock again, then restore a backup or synchronise anew as offered.',
  'engine-ok': 'The structure of all tables is sound.',
  'engine-unsound':
    'The structure of a table is wrong. Restore a backup or synchronise anew, and tell the administrator.',
  'versions-ok': '{{program}}; log version {{journal}}, certificate data version {{slice}}.',
  'versions-older':
    '{{program}}; log version {{journal}}, certificate data version {{slice}}: not the newest. Lock and unlock again to upgrade.',
  'digest-ok': '{{rows}} rows are as they were synchronised.',
  'digest-differs':
    'Of {{rows}} rows, {{buckets}} places differ from what was synchronised. Synchronise anew; until then do not rely on what is found.',
  'deep-ok': 'This round is done: {{rows}} rows, nothing wrong.',
  'deep-partial': '{{rows}} rows today, nothing wrong; {{done}} of {{total}} of this round.',
  'deep-mended':
    '{{count}} wrong search entries were made anew here. Call the system administrator if it happens again.',
  'deep-differs':
    '{{count}} places differ from the server and are repaired by the next synchronisation; until then results are no more than a hint.',
  'audit-ok': '{{entries}} entries, unbroken.',
  'audit-broken':
    'From entry {{entry}} on the log was altered or is incomplete ({{entries}} entries). Leave this device as it is and tell the auditor at once.',
  'clock-ok': 'Agrees with server time.',
  'clock-behind':
    'The clock is {{minutes}} minutes slow. Set it in the system settings, then synchronise.',
  'clock-ahead':
    'The clock is {{minutes}} minutes fast. Set it in the system settings, then synchronise.',
  'certificates-ok': 'All {{count}} are valid; the first ends in {{days}} days ({{which}}).',
  'certificates-ends-soon':
    'The certificate for {{which}} ends in {{days}} days. Synchronise; if this stays, ask the centre for a new one.',
  'certificates-expired':
    'The certificate for {{which}} expired {{days}} days ago. Ask the centre for a new one and enrol this device again.',
  'certificates-invalid':
    'The certificate for {{which}} cannot be read. Ask the centre for a new one and enrol this device again.',
  'which-tls': 'the connection',
  'which-statement': 'authorisations',
  'which-box': 'reports',
  'which-control': 'orders',
  'statements-ok': 'Your role holds for {{role}} days, working offline for {{lease}} days.',
  'statements-ends-soon':
    'Your role holds for {{role}} days, working offline for {{lease}} days. Synchronise soon.',
  'statements-invalid':
    'Your or the office authorisation is invalid or has ended. Synchronise at once.',
  'rules-ok': 'Version {{version}}; all {{cases}} standard cases come out right.',
  'rules-refused':
    'The rule pack is damaged or fails its standard cases, so statuses may be wrong. Install the program again.',
  'disk-ok': '{{bytes}} free.',
  'disk-low': 'Only {{bytes}} free; synchronising and backups may fail. Make room on this disk.',
  'backup-ok': 'The last backup was {{days}} days ago.',
  'backup-no-place':
    'No place for backups is chosen. An administrator chooses one under Backup and restore.',
  'backup-none-yet': 'There is no good backup yet. Plug in the backup medium and back up now.',
  'backup-stale':
    'The last good backup was {{days}} days ago. Plug in the backup medium and back up now.',
};
