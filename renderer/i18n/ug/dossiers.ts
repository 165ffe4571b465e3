/** The file of a company. */
export const company = {
  title: 'كارخانا ئارخىپى',
  absent: 'بۇ ئۈسكۈنىدە بۇ كارخانىنىڭ گۇۋاھنامىسى يوق، گۇۋاھنامىسى يوق دېگەنلىك ئەمەس.',
  'high-risk': 'خەتىرى يۇقىرى كەسىپ',
  figures: 'كارخانا كۆرسەتكۈچلىرى',
  certified: 'كۈچكە ئىگە خادىم',
  'no-staffing': 'خادىم سانى يوق',
  'staff-ok': '{{required}} لازىم، نىسبىتى {{rate}}',
  'staff-short': '{{required}} لازىم، يېتەرلىك ئەمەس',
  holders: 'خادىم {{count}}',
  due: '90 كۈندە بېجىرىدىغان',
  'due-note': '7 كۈندە {{seven}}، 30 كۈندە {{thirty}}',
  'at-risk': 'ۋاقتى ئۆتكەن',
  'at-risk-note': '{{rate}}، توختىتىلغان {{stopped}}',
  reviews: 'تەكشۈرۈش كېچىككەن',
  'reviews-note': 'تەكشۈرىدىغان {{open}}',
  list: 'كارخانا گۇۋاھنامىلىرى',
  none: 'ماس كېلىدىغان گۇۋاھنامە يوق',
  count: 'جەمئىي {{count}}',
};
/** The file of a person. */
export const person = {
  absent: 'بۇ كىشىنىڭ رايونىڭىزدىكى گۇۋاھنامىسى بۇ ئۈسكۈنىدە يوق، گۇۋاھنامە يوق دېگەنلىك ئەمەس.',
  more: 'مۇددىتى ئەڭ ئۇزۇن 50 گۇۋاھنامىلا كۆرسىتىلدى.',
  employer: 'ھازىرقى ئىش ئورنى',
  'other-employers': 'گۇۋاھنامىدىكى باشقا ئورۇنلار',
  hours: 'بۇ قېتىملىق سائەت',
  'hours-of': '{{done}} / {{required}} سائەت',
  exam: 'ئاخىرقى ئىمتىھان',
};
