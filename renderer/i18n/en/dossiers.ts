/** The file of a company. */
export const company = {
  title: 'Company file',
  absent: 'No certificate of this company is here. That does not mean that it has none.',
  'high-risk': 'high-risk',
  figures: 'Figures of the company',
  certified: 'Certified staff',
  'no-staffing': 'no headcount known',
  'staff-ok': 'required {{required}}, rate {{rate}}',
  'staff-short': 'required {{required}}: too few',
  holders: 'holders: {{count}}',
  due: 'Due within 90 days',
  'due-note': '7 days {{seven}}, 30 days {{thirty}}',
  'at-risk': 'Expired or late',
  'not-whole': 'Changes are still arriving',
  'at-risk-note': '{{rate}}, stopped {{stopped}}',
  reviews: 'Review overdue',
  'reviews-note': 'to come: {{open}}',
  list: 'Certificates of the company',
  none: 'No certificate fits',
  count: 'Rows: {{count}}',
};
/** The file of a person. */
export const person = {
  absent:
    'No certificate of this person in your area is here. That does not mean that there is none.',
  more: 'Only the 50 certificates that are valid longest are listed.',
  employer: 'Present employer',
  'other-employers': 'Other employers on certificates',
  hours: 'Hours this period',
  'hours-of': '{{done}} / {{required}} h',
  exam: 'Last examination',
};
