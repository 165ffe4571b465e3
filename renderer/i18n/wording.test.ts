import i18next from 'i18next';
import { expect, it } from 'vitest';
import type { CatalogueKey } from './catalogue';
import { startI18n } from './start';
import { CATALOGUES, type Locale, leavesOf, WORDINGS } from './wording';

// Bug: a wording that reads otherwise than the library would word it: a figure left out, put in escaped, or taken for another.
it.each(Object.keys(CATALOGUES) as Locale[])('%s reads as the library words it', (locale) => {
  startI18n(locale);
  const texts = leavesOf(CATALOGUES[locale]);
  expect(texts.size).toBeGreaterThan(1_000);
  for (const [name, text] of texts) {
    const key = name as CatalogueKey;
    const words = WORDINGS[locale](key);
    const names = [...text.matchAll(/\{\{(\w+)\}\}/g)];
    const params = Object.fromEntries(names.map(([, name], at) => [name, `<${at} & $1 $& 7>`]));
    expect(words).toBe(i18next.t(key));
    expect(WORDINGS[locale](key, params)).toBe(i18next.t(key, params));
    expect(WORDINGS[locale](key, { count: 3 })).toBe(i18next.t(key, { count: 3 }));
  }
});
