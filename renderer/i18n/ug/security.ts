export const security = {
  sections: 'تۈرلەر',
  'section-people': 'خادىم ۋە ئاچقۇچ',
  'section-signin': 'مېنىڭ كىرىشىم',
};
