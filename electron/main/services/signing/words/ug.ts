import type { WordTable } from './word-table';

const KEEP =
  'ئىمزالاش جەريانىدا U-Key نى چىقىرىۋەتمەڭ. چىقىرىلسا بۇ ئىمزا ئىناۋەتسىز بولىدۇ، PIN كود قايتا سورىلىدۇ.';

export const ug: WordTable = {
  colon: ': ',
  comma: '، ',
  kinds: {
    'export-intent': {
      title: 'تەكشۈرۈپ ئىمزالاڭ',
      text: 'ئىمزالانغاندىن كېيىن ھۆججەت قاچىلىنىدۇ، مەشغۇلات تەپتىش خاتىرىسىگە يېزىلىدۇ.',
      keep: 'ئىمزالاش جەريانىدا U-Key نى چىقىرىۋەتمەڭ. چىقىرىلسا تاماملانمىغان ھۆججەتلەر تازىلىنىدۇ، PIN كود قايتا سورىلىدۇ.',
    },
    'agreement-intent': {
      title: 'ئىشلەتكۈچى كېلىشىمىنى ئىمزالاش',
      text: 'ئىمزا بۇ نەشرىنى ئوقۇپ قوشۇلغانلىقىڭىزنى بىلدۈرىدۇ، خاتىرىدە ساقلىنىپ مەركەزگە يوللىنىدۇ.',
      keep: KEEP,
    },
    'import-intent': {
      title: 'ئىمزالاپ تىزىملىكنى يوللاش',
      text: 'ئىمزالانغان تىزىملىك مەركەزنىڭ تەكشۈرۈشىگە يوللىنىدۇ، بۇ ئۈسكۈنىدىكى گۇۋاھنامىلەر ئۆزگەرمەيدۇ.',
      keep: KEEP,
    },
    'approval-intent': {
      title: 'تەستىق پىكرىنى ئىمزالاش',
      text: 'ئىمزالانغاندىن كېيىن پىكىر كۈچكە ئىگە بولۇپ، تەپتىش خاتىرىسىگە يېزىلىدۇ.',
      keep: KEEP,
    },
    'admin-act-intent': {
      title: 'باشقۇرۇش مەشغۇلاتىنى ئىمزالاش',
      text: 'ئىمزالانغاندىن كېيىن مەشغۇلات كۈچكە ئىگە بولۇپ، تەپتىش خاتىرىسىگە يېزىلىدۇ.',
      keep: KEEP,
    },
    'checkpoint-intent': {
      title: 'تەپتىش خاتىرىسىنى ئىمزالاش',
      text: 'ئىمزالانغاندىن كېيىن بۇرۇنقى خاتىرىلەرنى بىلىندۈرمەي ئۆزگەرتكىلى بولمايدۇ.',
      keep: KEEP,
    },
    'login-intent': {
      title: 'ئىمزالاپ كىرىش',
      text: 'ئىمزا U-Key نىڭ سىزدە ئىكەنلىكىنى مەركەزگە ئىسپاتلايدۇ.',
      keep: KEEP,
    },
    'record-intent': {
      title: 'خاتىرە ھۆججەتلىرىنى ئىمزالاش',
      text: 'ئىمزالانغاندىن كېيىن بۇ ھۆججەتلەر تاللانغان قىسقۇچقا ساقلىنىدۇ، ئىمزا يېنىغا قويۇلىدۇ؛ قايسىبىرى ئۆزگەرتىلسە بىلىنىدۇ.',
      keep: KEEP,
    },
  },
  labels: {
    purpose: 'مەقسەت',
    scope: 'دائىرە',
    'scope-signed': 'ئىمزالىنىدىغان ئەسلى سۆز',
    regions: 'رايون',
    count: 'گۇۋاھنامە سانى',
    board: 'تەھلىل تاختىسى',
    tables: 'مەزمۇنى',
    figures: 'سان',
    root: 'سانلىق مەلۇمات تەكشۈرۈش كودى',
    template: 'قېلىپ',
    permit: 'ئىجازەتنامە',
    recipient: 'تاپشۇرۇۋالغۇچى',
    fingerprint: 'گۇۋاھنامىسى',
    person: 'ئىمزالىغۇچى',
    place: 'ئورۇن، ئۈسكۈنە',
    time: 'ۋاقىت',
    version: 'نەشرى',
    language: 'ئوقۇلغان تېكىست',
    list: 'تىزىملىك تۈرى',
    file: 'ھۆججەت',
    rows: 'يوللانغان قۇر',
    'left-out': 'يوللانمىغان قۇر',
    request: 'ئىلتىماس نومۇرى',
    subject: 'ئىش',
    decision: 'پىكىر',
    note: 'ئىزاھ',
    act: 'مەشغۇلات',
    detail: 'مەزمۇن',
    occasion: 'پەيت',
    entry: 'خاتىرە نومۇرى',
    challenge: 'تاسادىپىي سان',
    'text-digest': 'كېلىشىم كودى',
    record: 'خاتىرە تۈرى',
    'rows-in': 'ئادەم ياكى قۇر سانى',
    'file-digest': 'ھۆججەت كودى',
    trace: 'ئىز نومۇرى',
    'rows-digest': 'تىزىملىك كودى',
    'request-digest': 'ئىلتىماس كودى',
    head: 'خاتىرە كودى',
    digest: 'ئىمزا كودى',
  },
  board: (day, other) =>
    `تەھلىل تاختىسى \u2068${day}\u2069${other === null ? '' : `، سېلىشتۇرما \u2068${other}\u2069`}`,
  tables: (tables, certificates) => `${tables} جەدۋەل، ${certificates} گۇۋاھنامە، شەخس يوق`,
  fields: (count) => `${count} بۆلەك`,
  granted: ({ regions, days, fields, mayExport, kinds, people }) =>
    [
      regions.join('، '),
      `${days} كۈن`,
      ...(kinds.length === 0 ? [] : [`${kinds.length} تۈر گۇۋاھنامە`]),
      ...(people.length === 0 ? [] : [`${people.length} ئادەم`]),
      ...fields.map(
        (field) =>
          ({ phone: 'تېلېفون', training: 'تەربىيە ۋە ئىمتىھان', history: 'ئۆزگىرىش خاتىرىسى' })[
            field
          ],
      ),
      mayExport ? 'چىقىرىشقا بولىدۇ' : 'چىقىرىشقا بولمايدۇ',
    ].join(' · '),
  maskings: {
    standard: 'بەلگىلىمە بويىچە يوشۇرۇلغان',
    strict: 'قاتتىق يوشۇرۇلغان (ئىسىمنىڭ بىرىنچى ھەرپى، نومۇرنىڭ ئاخىرقى تۆتى)',
  },
  records: { merged: 'ھەر بىرىگە بىر بەت، بىر PDF', each: 'ھەر بىرىگە بىر PDF' },
  purposes: {
    inspection: 'قانۇن ئىجرا تەكشۈرۈشى',
    reminder: 'مۇددەت ئەسكەرتىش',
    joint: 'بىرلەشمە تەكشۈرۈش',
    investigation: 'ھادىسە تەكشۈرۈش',
    other: 'باشقا',
  },
  lists: { certificates: 'كەم گۇۋاھنامىلەر', corrections: 'تۈزىتىشلەر' },
  decisions: { approved: 'قوشۇلدى', refused: 'رەت قىلىندى' },
  acts: {
    'person-added': 'خادىم قوشۇش',
    'person-removed': 'خادىم چىقىرىش',
    'policy-changed': 'سىياسەت ئۆزگەرتىش',
    'key-changed': 'ئاچقۇچ ئالماشتۇرۇش',
  },
  signedRecords: {
    'site-record': 'نەق مەيدان تەكشۈرۈش خاتىرىسى',
    'batch-result': 'توپلاپ تەكشۈرۈش نەتىجىسى',
    statistics: 'ئورتاق ستاتىستىكا',
  },
  occasions: { login: 'كىرىش', export: 'چىقىرىش' },
  languages: { 'zh-CN': 'خەنزۇچە', en: 'ئىنگلىزچە', ug: 'ئۇيغۇرچە' },
  ways: { code: 'قەغەز كودى', sms: 'قىسقا ئۇچۇر', approval: 'تەستىق' },
};
