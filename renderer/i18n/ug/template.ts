export const template = {
  title: 'قېلىپ',
  columns: '{{count}} تۈر',
  'masking-standard': 'بەلگىلىمە بويىچە يوشۇرۇلغان',
  'masking-strict': 'قاتتىق يوشۇرۇلغان (ئىسىمنىڭ بىرىنچى ھەرپى، نومۇرنىڭ ئاخىرقى تۆتى)',
  list: 'دوكلاتتا تىزىملىك بار',
  'no-list': 'دوكلات پەقەت يىغىندى',
  'records-merged': 'ھەر بىرىگە بىر بەت، بىر PDF',
  'records-each': 'ھەر بىرىگە بىر PDF',
  rows: 'ئەڭ كۆپ {{count}}',
  recipient: 'پەقەت شىفىرلىنىپ',
};
