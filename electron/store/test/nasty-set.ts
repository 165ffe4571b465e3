import { ID_TYPES, NUMBER_FORMS } from '../../../shared/domain/model';
import { type FixtureRow, type FixtureSet, makeSet, random } from './rows';

/** A region in which every third name, company and number is one that breaks careless searches. */

export const NASTY_NAMES = [
  '𠮷田',
  '𠮷𠮷',
  '李𠮷明',
  '买买提·吐尔逊',
  '买买提•吐尔逊江',
  '阿依古丽・买买提',
  '古丽',
  'ئابلىز تۇرسۇن',
  "O'Brien",
  'John Smith',
  '张%',
  '张_伟',
  '王"伟"',
  '李 OR 1=1',
  '赵*',
  'NEAR(王 伟)',
  '单雄信',
  '单于飞',
  '吕布',
  '绿萝',
  '张三',
  '张三丰',
  '三张',
  'Ａ三',
  'a三',
  '王',
  '欧阳娜娜',
  '尉迟恭',
  '万俟卨',
  '西安',
  '贤',
  '张'.repeat(40),
] as const;

const NASTY_COMPANIES = [
  '绍兴%化工_有限公司',
  "O'Neil (China) 有限公司",
  'Ｏ’Neil（China）分公司',
  '第3建筑公司',
  '张三机电安装有限公司',
  '𠮷祥矿业',
  'ABC安装',
  'zhang company',
  '"引号"公司',
  '北京\\反斜杠',
  'select * from certificate; --',
] as const;

const NASTY_NUMBERS = [
  '皖-AQ-0021b',
  '京建安C1（2015）0000777',
  '京建安%',
  "粤'--1",
  '110105',
  '鲁_建安B0001',
  'ÄB 77/9',
  '冀建安𠮷2',
] as const;

const OTHER_IDS: readonly (readonly [type: number, number: string])[] = [
  [ID_TYPES['resident-id'], '110105491231002'],
  [2, 'E12345678'],
  [2, 'AB1234567'],
  [2, 'K01-7788/9'],
];

const put = (row: FixtureRow, fields: Readonly<Record<string, unknown>>): FixtureRow => ({
  ...row,
  public: { ...row.public, ...fields },
});

/** A whole region of so many certificates. */
export function makeNastySet(certificates: number, seed: number): FixtureSet {
  const set = makeSet(certificates, seed);
  const next = random(seed + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const person = set.person.map((row, i) => {
    const named = i % 3 === 0 ? put(row, { name: pick(NASTY_NAMES) }) : row;
    if (i % 17 !== 0) return named;
    const [idType, idNumber] = pick(OTHER_IDS);
    return { ...named, private: { ...named.private, idType, idNumber } };
  });
  const company = set.company.map((row, i) =>
    i % 3 === 0 ? put(row, { name: pick(NASTY_COMPANIES) }) : row,
  );
  const idOf = new Map(person.map((row) => [row.id, row.private?.idNumber]));
  const certificate = set.certificate.map((row) => {
    if (row.public.numberForm === NUMBER_FORMS.own && next() < 0.3)
      return put(row, { number: pick(NASTY_NUMBERS) });
    // A sealed number may be the holder's own ID number all the same: one row, found once.
    if (row.public.numberForm === NUMBER_FORMS.sealed && next() < 0.5)
      return { ...row, private: { number: idOf.get(Number(row.public.holder)) } };
    return row;
  });
  return { ...set, person, company, certificate };
}
