import type { ActFact, ActField } from './facts';
import type { ActWords } from './word-table';
import { actsEn } from './words-en';
import { actsUg } from './words-ug';
import { actsZh } from './words-zh';

type ActLocale = 'zh-CN' | 'en' | 'ug';

export const ACT_WORDS: Readonly<Record<ActLocale, ActWords>> = {
  'zh-CN': actsZh,
  en: actsEn,
  ug: actsUg,
};

/** Fields whose values are codes of ours; everything else is somebody's text and never translated. */
const CODED: readonly ActField[] = [
  'order',
  'verdict',
  'decision',
  'isPractice',
  'asksToken',
  'isDrill',
  'isNow',
  'isDespiteLost',
];

/** A fact's value as people read it. */
export function factText({ field, value }: ActFact, { choices }: ActWords): string {
  if (CODED.includes(field)) return choices[value] ?? value;
  const parted = field === 'users' ? / · ([a-z-]+)$/ : field === 'group' ? /^([a-z]+)/ : null;
  return parted === null
    ? value
    : value.replace(parted, (all, code: string) => all.replace(code, choices[code] ?? code));
}
