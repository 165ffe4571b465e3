export const template = {
  title: 'Template',
  columns: '{{count}} columns',
  'masking-standard': 'masked as the rules ask',
  'masking-strict': 'masked strictly (first character of names, last four of numbers)',
  list: 'report with the list',
  'no-list': 'report as a summary',
  'records-merged': 'a page each, in one PDF',
  'records-each': 'a PDF file each',
  rows: 'at most {{count}}',
  recipient: 'encrypted only',
};
