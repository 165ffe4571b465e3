export const emergency = {
  title: 'Emergency read-only mode',
  text: 'The encrypted database cannot be opened here; emergency data are in use, as of {{time}}. Look-ups only, all logged.',
  'log-fault':
    'The log of acts during an emergency does not verify from entry {{entry}} on. The original was kept and the audit log says so. Tell the auditor.',
  unavailable: 'Not available in emergency read-only mode',
  'unavailable-text':
    'This needs the encrypted database. Existing data are unharmed. Use a machine that works normally, or ask the system administrator to repair this one.',
  'to-search': 'Go to search',
  'load-title': 'Loading emergency data',
  'load-text':
    'The data kept encrypted on this machine are loaded into memory and checked row by row. Nothing is written to disk; locking clears it.',
  cut: 'Some updates could not be read: all data end at {{time}}, and a certificate revoked since may still show as valid. Synchronise before relying on them.',
  'sync-text':
    'Emergency read-only mode: updates are kept encrypted on this machine and loaded into memory. Acts are logged here and join the audit log once the machine works normally.',
  cache: 'Emergency data on this device',
  whole: 'Complete',
  behind: 'To be completed',
  'no-cache': 'No emergency data on this device yet',
  'no-cache-text': 'Kept by itself after the next synchronisation. Not shown to administrators.',
  size: 'Space used',
  updates: 'Updates',
  'cache-text':
    'What was received, still encrypted. Where the encrypted database cannot be opened it is loaded into memory for look-ups; nothing is written in plain.',
  log: 'Acts during an emergency',
  'no-log': 'No emergency on record',
  'no-log-text':
    'This device was not used in emergency read-only mode, or its log is still to be taken over.',
  'log-ok': '{{count}} acts joined the audit log and verify.',
  'log-torn': 'The last write was cut off; nothing of it was ever shown.',
  imported: 'Taken over',
  level: 'Emergency level',
  'level-bar': 'Emergency level {{level}}: {{name}}',
  'level-ribbon': 'Reason: {{reason}}. {{text}}',
  'level-0': 'No emergency',
  'level-1': 'Isolation',
  'level-2': 'Check by hand',
  'level-3': 'Backup addresses',
  'level-4': 'Sticks only',
  'level-none':
    'Everything works as usual. Each level has what the levels below it do, and one more.',
  'level-1-text':
    'Nothing of people’s data leaves this device: no exports, papers, prints, copies or saved lists, and nothing is fetched from other regions. Looking up, reporting and synchronising go on.',
  'level-2-text':
    'No certificate reads as valid here: each has to be checked by hand, with the paper and the issuing body. What is expired or revoked stays so.',
  'level-3-text':
    'The addresses that the order names are asked instead of the known ones, until the level is lifted.',
  'level-4-text':
    'No data over the network: they come and go by sticks. Only the channel for orders stays open, so that the level can be lifted.',
  'level-by-head': 'Office head or superior authority',
  'level-by-centre': 'Superior authority',
  'level-what': 'What it does',
  'level-who': 'Who sets it',
  'level-now': 'In force',
  'level-set': 'Set a level',
  'level-lift': 'Lift it',
  'level-since-centre': 'Ordered by the superior authority, {{time}}: {{reason}}',
  'level-since-head': 'Set here by {{by}}, {{time}}: {{reason}}',
  'level-endpoints': 'Addresses asked now: {{addresses}}',
  drill: 'Drill only: goes the same way, is logged and reported, changes nothing',
  'drill-none': 'No drill yet',
  'drill-last': 'Last drill: level {{level}}, {{time}}, {{by}}: {{reason}}',
  'drill-centre': 'the superior authority',
  'level-reason': 'Reason',
  'level-reason-hint':
    'What happened, in a sentence. It is shown on every page, logged and reported.',
  'level-confirm-text':
    'The superior authority is told. You can lift what you set here; what it orders it alone lifts.',
  'level-changed': 'Emergency level changed',
  'level-drilled': 'Drill noted and reported; nothing changed',
};
