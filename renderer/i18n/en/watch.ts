/** What is due. */
export const reminders = {
  now: 'Due from today',
  within: '{{days}} days',
  until: 'until {{day}}',
  months: 'Monthly lists',
  about:
    'Made when first opened in a month; by the earlier of validity and review. Exports are signed.',
  stage: 'Span',
  none: 'No list of this month yet',
  month: 'Month',
  made: 'Made',
  missed:
    'Months without a list, because the desk was not opened: {{count}}. This month is made up for.',
};
/** The person's own look-ups. */
export const history = {
  about:
    'Only your own. Clearing empties this page; the audit log keeps every look-up as the rules ask.',
  clear: 'Clear',
  'clear-text':
    'This page cannot get them back. The audit log keeps every look-up, and that you cleared them.',
  cleared: 'Cleared.',
  none: 'No look-ups',
  'none-text': 'What you search for and open is listed here.',
  time: 'Time',
  kind: 'Kind',
  what: 'What',
  count: 'Found',
  found: '{{count}}',
  again: 'Ask again',
  more: 'More',
  digits: 'A number (not kept)',
  gone: 'Not on this device any more',
  fragment: 'Part of a number',
  'kind-query': 'Search',
  'kind-view': 'Certificate',
  'kind-view-person': 'Personal file',
  'kind-view-company': 'Company file',
  'kind-reveal': 'Full number',
};
