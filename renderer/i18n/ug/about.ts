export const about = {
  program: 'بۇ پروگرامما',
  version: 'نەشرى',
  runtime: 'ئىجرا مۇھىتى',
  rules: 'قائىدە بولىقى',
  device: 'ئۈسكۈنە نومۇرى',
  parts: 'ئۈچىنچى تەرەپ بۆلەكلىرى ۋە ئىجازەتنامىلىرى',
  count: 'جەمئىي {{count}}',
  part: 'بۆلەك',
  licence: 'ئىجازەتنامە',
  text: 'تېكىست',
  read: 'كۆرۈش',
  chromium:
    'Chromium ۋە ئۇنىڭ بۆلەكلىرىنىڭ ئىجازەتنامىسى قاچىلاش قىسقۇچىدىكى LICENSES.chromium.html دا.',
};
