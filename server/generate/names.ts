import { type Random, Weighted } from './random';

/** Surnames by frequency (per 10,000 of the population, census order of magnitude). */
const SURNAMES =
  '王:725,李:719,张:679,刘:538,陈:453,杨:308,黄:223,赵:229,吴:205,周:211,徐:167,孙:154,马:129,朱:126,胡:131,郭:115,何:117,林:106,高:100,罗:86,' +
  '郑:93,梁:84,谢:72,宋:70,唐:65,许:66,邓:62,冯:62,韩:61,曹:60,曾:56,彭:55,萧:52,蔡:50,潘:49,田:48,董:47,袁:46,于:45,余:44,叶:43,蒋:42,杜:41,' +
  '苏:40,魏:39,程:38,吕:37,丁:36,沈:36,任:35,姚:34,卢:33,傅:32,钟:31,姜:30,崔:29,谭:28,廖:27,范:26,汪:26,陆:25,金:25,石:24,戴:23,贾:23,韦:22,' +
  '夏:22,邱:21,方:21,侯:20,邹:20,熊:19,孟:19,秦:18,白:18,江:17,阎:17,薛:16,尹:16,段:15,雷:15,黎:14,史:14,龙:13,陶:13,贺:12,顾:12,毛:11,郝:11,' +
  '龚:10,邵:10,万:9,钱:9,严:8,赖:8,覃:7,洪:7,武:7,莫:6,孔:6,单:3,解:3,仇:2,查:2,区:2,朴:2,曲:4,鲍:3,俞:5,章:5,阮:3,祝:2,裘:2,娄:2,竺:1,许:3';
const COMPOUND = [
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '尉迟',
  '万俟',
  '单于',
  '皇甫',
  '令狐',
  '慕容',
  '司徒',
  '东方',
  '南宫',
  '夏侯',
  '端木',
];
const COMPOUND_WEIGHT = 14;
/** Written with characters beyond the basic plane: old records have them, and programs fall over them. */
const RARE = ['𠮷', '𡈼', '𠅤'];
const RARE_SHARE = 0.0004;

const surnames = new Weighted<string>([
  ...SURNAMES.split(',').map((entry): [string, number] => [
    entry.slice(0, entry.indexOf(':')),
    Number(entry.slice(entry.indexOf(':') + 1)),
  ]),
  ...COMPOUND.map((name): [string, number] => [name, COMPOUND_WEIGHT / COMPOUND.length]),
]);

const OLDER = {
  male: '建国军明强伟国平华志德永福林生文忠金海山成荣清春庆',
  female: '秀英桂兰玉珍凤芳丽娟红梅霞萍燕云莲琴淑敏华香珠娣仙',
};
const MIDDLE = {
  male: '伟勇军杰涛磊超斌鹏飞辉波刚浩峰宁亮凯俊晓东江旭锋',
  female: '静丽艳娜敏婷霞燕琳晶洁莉玲慧雪倩颖蓉薇佳莹璐瑛晓',
};
const YOUNGER = {
  male: '子轩浩宇博文宇航俊熙泽睿昊天梓晨一鸣铭煜嘉辰翰骁',
  female: '梓涵欣怡诗雨佳悦思雅雨桐可馨语嫣梦瑶静怡若曦一诺晗',
};

/** Given names of Uyghur people as official records transcribe them; the second part is the father's. */
const UYGHUR_MALE =
  '买买提,吐尔逊,艾合买提,阿卜杜拉,热合曼,玉素甫,依明,库尔班,艾力,吾斯曼,卡德尔,努尔买买提,阿布力孜,塔依尔,阿迪力,帕尔哈提,凯赛尔,艾尼瓦尔,肉孜,托合提,伊力哈木,亚森,木合塔尔,阿不都热依木,麦麦提明'.split(
    ',',
  );
const UYGHUR_FEMALE =
  '阿依古丽,古丽娜尔,热依汗,帕提古丽,阿孜古丽,米热古丽,佐热古丽,努尔比亚,迪丽努尔,阿米娜,茹克亚,祖丽皮亚,再努尔,热孜万,阿依夏木,萨比热,古丽巴哈尔,汗克孜,阿提古丽,麦尔耶姆'.split(
    ',',
  );
/** Other spellings of the name dot that records carry. */
const ODD_DOTS = ['•', '・'];
const ODD_DOT_SHARE = 0.03;

export type Sex = 1 | 2;

function givenName(random: Random, sex: Sex, birthYear: number): string {
  const era = birthYear < 1978 ? OLDER : birthYear < 1996 ? MIDDLE : YOUNGER;
  const letters = sex === 1 ? era.male : era.female;
  const letter = (): string => letters.charAt(random.int(0, letters.length - 1));
  return random.chance(birthYear < 1978 ? 0.28 : 0.17) ? letter() : letter() + letter();
}

function uyghurName(random: Random, sex: Sex): string {
  const dot = random.chance(ODD_DOT_SHARE) ? random.pick(ODD_DOTS) : '·';
  return `${random.pick(sex === 1 ? UYGHUR_MALE : UYGHUR_FEMALE)}${dot}${random.pick(UYGHUR_MALE)}`;
}

/** A full name; `uyghurShare` of them in the Uyghur form. */
export function personName(
  random: Random,
  sex: Sex,
  birthYear: number,
  uyghurShare: number,
): string {
  if (random.chance(uyghurShare)) return uyghurName(random, sex);
  const surname = random.chance(RARE_SHARE) ? random.pick(RARE) : surnames.draw(random);
  return surname + givenName(random, sex, birthYear);
}
