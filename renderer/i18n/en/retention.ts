export const retention = {
  title: 'How long records are kept',
  text: 'Records past their term are purged every day; each purge is in the activity log.',
  what: 'Records',
  term: 'Kept for',
  taken: 'Last purge',
  due: 'Due now',
  years: '{{years}} years',
  'for-ever': 'For good',
  'kind-lookups': 'Searches and views',
  'about-lookups': 'Who looked up what, and when.',
  'kind-payloads': 'Search contents in the activity log',
  'about-payloads':
    'Only the content goes; entry and time stay, so the log can still be proven complete.',
  'kind-batches': 'Batch verification data',
  'about-batches': 'Imported lists and the result of each line.',
  'kind-reports': 'Settled returned reports',
  'about-reports':
    'Returned, then sent anew and accepted, or closed with a note; what waits is never purged.',
  'kind-visits': 'Site visits and reports',
  'about-visits':
    'Rosters of closed visits with nothing left to put right, and summaries of reports that the centre has dealt with; what waits is never purged.',
  'kind-acts': 'Other activity',
  'about-acts': 'Sign-ins, revealed numbers, exports, grants, recovery: never purged.',
  'kind-certificates': 'Certificate data',
  'about-certificates':
    'Kept up to date by sync; a revoked, withdrawn or cancelled certificate keeps its status.',
  purge: 'Purge',
  'last-run': 'Last purge',
  'next-run': 'Next purge',
  never: 'None yet',
  soon: 'Shortly',
  waits: 'Waiting',
  'lookups-before': 'Searches before',
  'batches-before': 'Batch data before',
  how: 'Rules of the purge',
  'how-daily': 'Runs by itself every day; what was missed is made up for after an unlock.',
  'how-chain':
    'What is purged cannot be brought back and leaves nothing in the files; earlier backups are not touched.',
  'how-clock':
    'Server time counts: a purge reaches at most 31 days beyond it, so a wrong clock purges nothing too early.',
  run: 'Purge now',
  running: 'Purging',
  'running-text': '{{count}} records so far',
  'confirm-title': 'Purge what is due',
  'confirm-text':
    'This purges {{lookUps}} searches and views, {{payloads}} search contents in the activity log, {{batches}} records of batch verifications, {{reports}} settled reports and {{visits}} site visits and reports.',
  'confirm-after':
    'Only what is past its term goes, and it cannot be brought back. The purge is in the activity log.',
  'held-role':
    'This role holds no key to certificate data and cannot purge; it happens when a head, an inspector or an approver unlocks.',
  'held-no-time': 'The server time is not known yet. It starts by itself after a sync.',
  'held-clock-ahead':
    'The clock of this device is far ahead of the last server time: a purge reaches only as far as can be relied on. Set the clock and sync once.',
  'held-emergency': 'Nothing is purged in emergency reading.',
};
