import type { Standing } from './look-up';

export const PAGE_LANGUAGES = ['zh-CN', 'en', 'ug'] as const;
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

interface PageWords {
  readonly title: string;
  readonly label: string;
  readonly hint: string;
  readonly button: string;
  readonly standings: Readonly<Record<Standing, { readonly head: string; readonly says: string }>>;
  readonly kinds: { readonly package: string; readonly record: string };
  readonly practice: string;
  readonly rows: {
    readonly code: string;
    readonly kind: string;
    readonly trace: string;
    readonly office: string;
    readonly madeOn: string;
    readonly count: string;
    readonly manifestSha256: string;
    readonly packageSha256: string;
  };
  /** What a code cannot prove; stands under every document that was found. */
  readonly limits: string;
  readonly busy: string;
}

/** Everything that the page for codes says. */
export const PAGE_WORDS: Readonly<Record<PageLanguage, PageWords>> = {
  'zh-CN': {
    title: '核验码查询',
    label: '核验码',
    hint: '印在文件上的 16 位字母和数字，例如 0123-4567-89AB-CDEF',
    button: '查询',
    standings: {
      taken: { head: '有登记', says: '出具机关已向本中心报告这份文件，报告已被接受。' },
      waiting: { head: '有登记，待审核', says: '出具机关已报告这份文件，是否接受尚在人工审核。' },
      refused: {
        head: '未被接受',
        says: '本中心收到过带此核验码的报告，但没有接受。请勿据此使用文件，请向出具机关核实。',
      },
      disputed: {
        head: '核验码不唯一',
        says: '不止一份文件报告了此核验码，无法判断哪一份是真的。请向出具机关核实。',
      },
      unknown: {
        head: '查无此码',
        says: '本中心没有带此核验码的文件。可能是输入有误、文件由其他中心出具，或出具机关离线出具后尚未同步。查无此码不等于文件是假的。',
      },
      form: {
        head: '不是核验码',
        says: '核验码由 16 位字母和数字组成，没有字母 U。请对照文件重新输入。',
      },
    },
    kinds: { package: '批量导出的密封包', record: '单份证书打印件' },
    practice: '练习数据，无效力',
    rows: {
      code: '核验码',
      kind: '种类',
      trace: '追溯编号',
      office: '出具机关',
      madeOn: '出具日期',
      count: '证书数量',
      manifestSha256: '清单 SHA-256',
      packageSha256: '密封包 SHA-256',
    },
    limits:
      '核验码只说明有这样一份文件，不证明您手中的就是它，也不说明证书今天仍然有效、是否正在核查。请逐项对照追溯编号、机关和日期；密封包请用核验工具验证签名。',
    busy: '查询太频繁，请一分钟后再试。',
  },
  en: {
    title: 'Look up a verification code',
    label: 'Verification code',
    hint: '16 letters and digits as printed on the document, for example 0123-4567-89AB-CDEF',
    button: 'Look up',
    standings: {
      taken: {
        head: 'On record',
        says: 'The issuing office reported this document to this centre, and the report was accepted.',
      },
      waiting: {
        head: 'On record, under review',
        says: 'The issuing office reported this document; whether it is accepted is still being decided.',
      },
      refused: {
        head: 'Not accepted',
        says: 'A report with this code reached this centre and was refused. Do not rely on the document; ask the issuing office.',
      },
      disputed: {
        head: 'Code not unique',
        says: 'More than one document was reported with this code, so none can be told to be the real one. Ask the issuing office.',
      },
      unknown: {
        head: 'Not found',
        says: 'This centre knows no document with this code. It may be mistyped, come from another centre, or have been made offline and not synchronised yet. Not found does not mean fake.',
      },
      form: {
        head: 'Not a verification code',
        says: 'A code has 16 letters and digits, never the letter U. Please compare with the document and type it again.',
      },
    },
    kinds: { package: 'Sealed package of a bulk export', record: 'Print of one certificate' },
    practice: 'Practice data, without effect',
    rows: {
      code: 'Verification code',
      kind: 'Kind',
      trace: 'Trace number',
      office: 'Issuing office',
      madeOn: 'Made on',
      count: 'Certificates',
      manifestSha256: 'SHA-256 of the manifest',
      packageSha256: 'SHA-256 of the package',
    },
    limits:
      'A code says that such a document exists. It does not prove that yours is that document, nor that a certificate is still valid or not under verification today. Compare trace number, office and date; check the signatures of a package with the verifier.',
    busy: 'Too many look-ups. Please try again in a minute.',
  },
  ug: {
    title: 'تەكشۈرۈش كودىنى سۈرۈشتۈرۈش',
    label: 'تەكشۈرۈش كودى',
    hint: 'ھۆججەتكە بېسىلغان 16 ھەرپ ۋە رەقەم، مەسىلەن \u20660123-4567-89AB-CDEF\u2069',
    button: 'سۈرۈشتۈرۈش',
    standings: {
      taken: {
        head: 'تىزىملاندى',
        says: 'بەرگەن ئورۇن بۇ ھۆججەتنى مەركەزگە مەلۇم قىلدى، مەلۇمات قوبۇل قىلىندى.',
      },
      waiting: {
        head: 'تىزىملاندى، تەكشۈرۈلۈۋاتىدۇ',
        says: 'بەرگەن ئورۇن بۇ ھۆججەتنى مەلۇم قىلدى؛ قوبۇل قىلىش تېخى قارار قىلىنمىدى.',
      },
      refused: {
        head: 'قوبۇل قىلىنمىدى',
        says: 'بۇ كودلۇق مەلۇمات مەركەزگە كەلگەن، ئەمما رەت قىلىنغان. ھۆججەتكە تايانماڭ، بەرگەن ئورۇندىن سۈرۈشتۈرۈڭ.',
      },
      disputed: {
        head: 'كود بىردىنبىر ئەمەس',
        says: 'بۇ كود بىلەن بىردىن ئارتۇق ھۆججەت مەلۇم قىلىنغان، قايسىسى راست ئىكەنلىكىنى بىلگىلى بولمايدۇ. بەرگەن ئورۇندىن سۈرۈشتۈرۈڭ.',
      },
      unknown: {
        head: 'تېپىلمىدى',
        says: 'مەركەزدە بۇ كودلۇق ھۆججەت يوق. كود خاتا كىرگۈزۈلگەن، باشقا مەركەزنىڭ ياكى تورسىز بېرىلىپ تېخى ماسقەدەملەنمىگەن بولۇشى مۇمكىن. تېپىلمىسا ساختا دېگەنلىك ئەمەس.',
      },
      form: {
        head: 'تەكشۈرۈش كودى ئەمەس',
        says: 'كود 16 ھەرپ ۋە رەقەمدىن تۈزۈلىدۇ، U ھەرپى يوق. ھۆججەتكە سېلىشتۇرۇپ قايتا كىرگۈزۈڭ.',
      },
    },
    kinds: {
      package: 'توپ چىقىرىلغان پېچەتلەنگەن بولاق',
      record: 'بىر گۇۋاھنامىنىڭ بېسىلغان نۇسخىسى',
    },
    practice: 'مەشىق سانلىق مەلۇماتى، كۈچى يوق',
    rows: {
      code: 'تەكشۈرۈش كودى',
      kind: 'تۈرى',
      trace: 'ئىز نومۇرى',
      office: 'بەرگەن ئورۇن',
      madeOn: 'بېرىلگەن كۈن',
      count: 'گۇۋاھنامە سانى',
      manifestSha256: 'تىزىملىك SHA-256',
      packageSha256: 'بولاق SHA-256',
    },
    limits:
      'كود پەقەت مۇشۇنداق بىر ھۆججەتنىڭ بارلىقىنى بىلدۈرىدۇ؛ قولىڭىزدىكىنىڭ دەل شۇ ئىكەنلىكىنى ياكى گۇۋاھنامىنىڭ بۈگۈن ئىناۋەتلىك ياكى «تەكشۈرۈلۈۋاتىدۇ» ئىكەنلىكىنى ئىسپاتلىمايدۇ. ئىز نومۇرى، ئورۇن ۋە كۈننى سېلىشتۇرۇڭ؛ بولاقنىڭ ئىمزاسىنى تەكشۈرگۈچ بىلەن تەكشۈرۈڭ.',
    busy: 'سۈرۈشتۈرۈش بەك كۆپ. بىر مىنۇتتىن كېيىن قايتا سىناڭ.',
  },
};

/** Language of a page: what was asked for by name, else the first of a browser's list that we have, else Chinese. */
export function pageLanguage(asked: unknown, accepted: string | undefined): PageLanguage {
  const named = PAGE_LANGUAGES.find((one) => one === asked);
  if (named !== undefined) return named;
  for (const part of (accepted ?? '').slice(0, 200).toLowerCase().split(',')) {
    const tag = part.trim().slice(0, 2);
    const known = PAGE_LANGUAGES.find((one) => one.slice(0, 2) === tag);
    if (known !== undefined) return known;
  }
  return 'zh-CN';
}
