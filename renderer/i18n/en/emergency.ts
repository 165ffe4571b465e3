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
};
