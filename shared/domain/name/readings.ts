/** Readings where the dictionary of single characters, or its surname list, is wrong or silent. */

const table = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text.split(',').map((entry): [string, readonly string[]] => {
      const [characters = '', ...syllables] = entry.trim().split(' ');
      return [characters, syllables];
    }),
  );

/** Surnames of one character whose surname reading the dictionary lacks. */
export const SURNAMES: ReadonlyMap<string, string> = new Map([
  ['黑', 'he'],
  ['种', 'chong'],
  ['秘', 'bi'],
  ['佴', 'nai'],
  ['贠', 'yun'],
  ['祭', 'zhai'],
  ['便', 'pian'],
]);

/** Surnames of two characters of which one is not read as it is alone. */
export const COMPOUND_SURNAMES = table(
  '尉迟 yu chi, 万俟 mo qi, 单于 chan yu, 澹台 tan tai, 长孙 zhang sun, 乐正 yue zheng, ' +
    '令狐 ling hu, 鲜于 xian yu, 宰父 zai fu, 亓官 qi guan, 子车 zi ju, 谷梁 gu liang, ' +
    '拓跋 tuo ba, 夹谷 jia gu, 句龙 gou long, 呼延 hu yan',
);

/** Places that are not read as their characters are. */
export const PLACE_READINGS = table(
  '蔚县 yu xian, 乐亭 lao ting, 浚县 xun xian, 洪洞 hong tong, 大埔 da bu, 单县 shan xian, ' +
    '歙县 she xian, 万柏林 wan bai lin, 重庆 chong qing, 六安 lu an, 铅山 yan shan, 丽水 li shui, ' +
    '台州 tai zhou, 莘县 shen xian, 番禺 pan yu, 乐清 yue qing, 燕山 yan shan, 枞阳 zong yang, ' +
    '砀山 dang shan, 郴州 chen zhou, 尉犁 yu li, 会稽 kuai ji, 中牟 zhong mu, 牟平 mu ping, ' +
    '东阿 dong e, 长安 chang an, 朝阳 chao yang, 长子 zhang zi, 盱眙 xu yi, 监利 jian li, ' +
    '渑池 mian chi, 泌阳 bi yang, 任丘 ren qiu, 任县 ren xian, 柏乡 bai xiang, 穆棱 mu ling',
);
