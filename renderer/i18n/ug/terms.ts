export const status = {
  valid: 'ئىناۋەتلىك',
  expiring: 'توشاي دېدى',
  'review-due': 'قايتا كۆرۈش',
  'review-overdue': 'كۆرۈش كېچىكتى',
  expired: 'ئۆتكەن',
  'not-yet-valid': 'تېخى كۈچكە ئىگە ئەمەس',
  suspended: 'توختىتىلغان',
  revoked: 'بىكار قىلىنغان',
  withdrawn: 'قايتۇرۇۋېلىنغان',
  cancelled: 'ئۆچۈرۈلگەن',
  'under-verification': 'تەكشۈرۈلۈۋاتىدۇ',
  'stale-hint':
    'سانلىق مەلۇمات بەلگىلەنگەن كۈندىن ئېشىپ يېڭىلانمىدى، ھالىتى ئۆزگەرگەن بولۇشى مۇمكىن',
};
export const groups = {
  valid: 'ئىناۋەتلىك',
  soon: 'توشاي دېدى',
  expired: 'ئۆتكەن',
  stopped: 'توختىتىلغان',
};
export const kinds = {
  'manager-principal': 'ئاساسلىق مەسئۇل',
  'manager-safety': 'بىخەتەرلىك باشقۇرغۇچى',
  'special-operation': 'ئالاھىدە مەشغۇلات',
  'construction-a': 'قۇرۇلۇش A',
  'construction-b': 'قۇرۇلۇش B',
  'construction-c1': 'قۇرۇلۇش C1',
  'construction-c2': 'قۇرۇلۇش C2',
  'construction-c3': 'قۇرۇلۇش C3',
};
export const titles = {
  'manager-principal': 'بىخەتەر ئىشلەپچىقىرىش بىلىمى ۋە باشقۇرۇش ئىقتىدارى گۇۋاھنامىسى',
  'manager-safety': 'بىخەتەر ئىشلەپچىقىرىش بىلىمى ۋە باشقۇرۇش ئىقتىدارى گۇۋاھنامىسى',
  'special-operation': 'ئالاھىدە مەشغۇلات گۇۋاھنامىسى',
  'construction-a': 'قۇرۇلۇش كارخانىسى بىخەتەرلىك گۇۋاھنامىسى',
  'construction-b': 'قۇرۇلۇش كارخانىسى بىخەتەرلىك گۇۋاھنامىسى',
  'construction-c1': 'قۇرۇلۇش كارخانىسى بىخەتەرلىك گۇۋاھنامىسى',
  'construction-c2': 'قۇرۇلۇش كارخانىسى بىخەتەرلىك گۇۋاھنامىسى',
  'construction-c3': 'قۇرۇلۇش كارخانىسى بىخەتەرلىك گۇۋاھنامىسى',
};
export const roles = {
  inspector: 'تەكشۈرگۈچى',
  head: 'بۆلۈم مەسئۇلى',
  approver: 'تەستىقلىغۇچى',
  'system-admin': 'سىستېما باشقۇرغۇچى',
  'security-admin': 'بىخەتەرلىك باشقۇرغۇچى',
  auditor: 'تەپتىش باشقۇرغۇچى',
};
export const events = {
  issued: 'تۇنجى تارقىتىش',
  renewed: 'ۋاقتىنى ئۇزارتىش',
  reviewed: 'قايتا تەكشۈرۈشتىن ئۆتتى',
  suspended: 'توختىتىلدى',
  resumed: 'ئەسلىگە كەلتۈرۈلدى',
  revoked: 'جازالاپ بىكار قىلىندى',
  withdrawn: 'قايتۇرۇۋېلىندى',
  cancelled: 'ئۆچۈرۈلدى',
  corrected: 'تۈزىتىلدى',
  moved: 'باشقا رايونغا يۆتكەلدى',
};
export const sources = {
  'provincial-system': 'ئۆلكىلىك ئىمتىھان سىستېمىسى',
  'training-body': 'تەربىيەلەش ئورنى يوللىغان',
  'national-platform': 'دۆلەتلىك سۇپا',
};
export const entities = {
  company: 'كارخانىلار',
  person: 'خادىملار',
  certificate: 'گۇۋاھنامىلەر',
  event: 'ئۆزگىرىش خاتىرىسى',
  training: 'تەربىيەلەش خاتىرىسى',
  exam: 'ئىمتىھان خاتىرىسى',
  attachment: 'سۈرەت ۋە سىكانىرلانغان نۇسخا',
};
export const connection = { online: 'توردا', offline: 'تورسىز', unknown: 'ئۇلانمىغان' };
export const days = {
  count: '{{days}} كۈن',
  left: '{{days}} كۈن قالدى',
  past: '{{days}} كۈن ئۆتتى',
  'review-left': 'كۆرۈشكە {{days}} كۈن',
  'review-past': 'كۆرۈش {{days}} كۈن ئۆتتى',
};
export const time = {
  'about-seconds': 'تەخمىنەن {{seconds}} سېكۇنت',
  'about-minutes': 'تەخمىنەن {{minutes}} مىنۇت {{seconds}} سېكۇنت',
};
export const unknown = {
  kind: 'نامەلۇم تۈر (كود {{code}})',
  event: 'نامەلۇم ئۆزگىرىش (كود {{code}})',
  rules: 'قائىدىسى نامەلۇم',
  'rules-hint':
    'بۇ پروگرامما بۇ خىل گۇۋاھنامىنىڭ قائىدىسىنى بىلمەيدۇ، ئىناۋەتلىك دەپ ھۆكۈم قىلالمايدۇ. تارقاتقۇچى ئورگاندىن سوراڭ ياكى پروگراممىنى يېڭىلاڭ.',
};
