import type { CatalogueKey } from './catalogue';
import { en } from './en';
import { ug } from './ug';
import { zhCN } from './zh-CN';

type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: CatalogueKey, params?: Params) => string;

export const CATALOGUES = { 'zh-CN': zhCN, ug, en } as const;
export type Locale = keyof typeof CATALOGUES;

type Branch = { readonly [key: string]: string | Branch };

/** What stands for a figure that is not there: a failure that was kept by its code alone has none any more. */
export const MISSING = '…';

/** Every wording by its whole name: some names have a dot of their own. */
export function leavesOf(branch: Branch, path = '', into = new Map<string, string>()) {
  for (const [name, one] of Object.entries(branch))
    if (typeof one === 'string') into.set(`${path}${name}`, one);
    else leavesOf(one, `${path}${name}.`, into);
  return into;
}

function make(locale: Locale): Translate {
  let texts: ReadonlyMap<string, string> | undefined;
  return (key, params) => {
    texts ??= leavesOf(CATALOGUES[locale]);
    const text = texts.get(key);
    if (text === undefined) return key;
    if (!text.includes('{{')) return text;
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params?.[name] ?? MISSING));
  };
}

/**
 * Wordings by language. A board asks for some hundreds at a press: they are looked up here in a table, where the library
 * would search, and say the same (a test compares every one).
 */
export const WORDINGS: Readonly<Record<Locale, Translate>> = {
  'zh-CN': make('zh-CN'),
  ug: make('ug'),
  en: make('en'),
};
