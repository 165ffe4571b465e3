export const alerts = {
  title: 'Alerts',
  text: 'The activity log of the last four weeks, looked through by fixed rules. An alert is a question, not a verdict; the superior authority gets each one, with counts and times only.',
  none: 'Nothing out of the ordinary',
  'none-text': '{{entries}} entries were looked at.',
  looked: '{{entries}} entries looked at, {{time}}',
  cut: 'Only the newest entries were looked at: there are more than one walk takes.',
  when: 'Time',
  person: 'Person',
  why: 'Why',
  state: 'State',
  acts: 'Actions',
  open: 'Open',
  done: 'Looked into',
  'done-by': '{{name}}, {{time}}: {{note}}',
  acknowledge: 'Look into',
  'ack-title': 'What came of it',
  'ack-text':
    'Your note is kept in the activity log. If more is counted later, the alert is open again.',
  note: 'Note',
  'note-hint': 'Whom you asked and what the reason was.',
  keep: 'Keep note',
  kept: 'Note kept',
  own: 'About you: somebody else has to look into it',
  'rule-night': 'Work at night',
  'why-night':
    '{{count}} look-ups, reveals or exports in one night (22:00 to 06:00 where the office is); told from {{limit}}.',
  'rule-far-over-usual': 'Far more look-ups than usual',
  'why-far-over-usual':
    '{{count}} look-ups on one day; this person usually has {{usual}}, told above {{limit}}. Lists, visits and suggestions are not counted.',
  'rule-same-certificate': 'The same certificate again and again',
  'why-same-certificate':
    'One certificate was opened {{count}} times within 7 days; told from {{limit}}.',
  'rule-many-different': 'Many different ones in a short time',
  'why-many-different':
    '{{count}} different certificates, persons or companies were opened within 10 minutes; told from {{limit}}.',
  'rule-many-reveals': 'Many numbers revealed',
  'why-many-reveals':
    'Full numbers of {{count}} certificates were shown on one day; told from {{limit}}.',
  'rule-export-quota': 'Export quota nearly used up',
  'why-export-quota':
    'Exports of {{count}} certificates on one day; told from {{limit}}, four fifths of the daily quota.',
  'rule-new-device': 'First sign-in on this device',
  'why-new-device':
    'No sign-in on this device in the {{limit}} days before, and nobody was added in that time.',
  'rule-new-address': 'Sign-in from another network',
  'why-new-address':
    'The {{limit}} sign-ins before, within 14 days, came from other networks than this one.',
  'rule-clock-back': 'Clock set back',
  'why-clock-back':
    'The clock of this machine went back by {{count}} minutes while this person was at the desk; told from {{limit}}.',
  'rule-failures': 'Many failures',
  'why-failures':
    '{{count}} wrong passwords or codes and refused reveals on one day; told from {{limit}}.',
};
