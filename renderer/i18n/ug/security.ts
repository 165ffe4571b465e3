export const security = {
  sections: 'تۈرلەر',
  'section-people': 'خادىم ۋە ئاچقۇچ',
  'section-signin': 'مېنىڭ كىرىشىم',
  'section-agreement': 'ئىشلەتكۈچى كېلىشىمى',
  'section-backup': 'زاپاس ۋە ئەسلىگە كەلتۈرۈش',
  'section-check': 'كۈندىلىك تەكشۈرۈش',
  'section-device': 'ئۈسكۈنە',
  'section-emergency': 'جىددىي ئوقۇش',
  'section-retention': 'خاتىرە ساقلاش',
  'section-rotation': 'ئاچقۇچ ئالماشتۇرۇش',
  'section-audit': 'مەشغۇلات خاتىرىسى',
  'section-about': 'ھەققىدە',
};
