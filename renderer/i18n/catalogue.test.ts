import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../shared/errors/app-error';
import { en } from './en';
import { ug } from './ug';
import { zhCN } from './zh-CN';

type Branch = { readonly [key: string]: string | Branch };

function leaves(branch: Branch, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(branch)) {
    if (typeof value === 'string') found.set(`${path}${key}`, value);
    else for (const [inner, text] of leaves(value, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const source = leaves(zhCN);
const others = { en: leaves(en), ug: leaves(ug) };

describe('catalogues', () => {
  // Bug: a wording added in one language only shows its bare key to the others.
  it.each(Object.entries(others))('%s has exactly the keys of zh-CN', (_name, texts) => {
    expect([...texts.keys()].sort()).toEqual([...source.keys()].sort());
  });

  // Bug: a translation that drops or renames a placeholder hides a number, date or reference.
  it.each(Object.entries(others))('%s uses the same placeholders', (_name, texts) => {
    const differing = [...source]
      .filter(
        ([key, text]) => placeholders(text).join() !== placeholders(texts.get(key) ?? '').join(),
      )
      .map(([key]) => key);
    expect(differing).toEqual([]);
  });

  // Bug: a placeholder in the braces of another library, which stands on the page as it is written.
  it.each(Object.entries({ ...others, 'zh-CN': source }))(
    '%s has no placeholder in single braces',
    (_name, texts) => {
      const odd = [...texts].filter(([, text]) => /[{}]/u.test(text.replace(/\{\{\w+\}\}/gu, '')));
      expect(odd.map(([key]) => key)).toEqual([]);
    },
  );

  // Bug: an empty wording leaves a button or state without a name.
  it.each(Object.entries({ ...others, 'zh-CN': source }))(
    '%s has no empty wording',
    (_name, texts) => {
      expect([...texts].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([]);
    },
  );

  // Bug: an error code without wording, or one that names a param the code does not carry.
  it.each(Object.entries({ en, ug, 'zh-CN': zhCN }))(
    '%s words every error code with known params',
    (_name, catalogue) => {
      expect(Object.keys(catalogue.errors).sort()).toEqual(Object.keys(ERRORS).sort());
      for (const [code, doc] of Object.entries(ERRORS)) {
        const known: readonly string[] = 'params' in doc ? doc.params : [];
        const used = placeholders(catalogue.errors[code as keyof typeof ERRORS]);
        expect(
          used.filter((name) => name !== undefined && !known.includes(name)),
          code,
        ).toEqual([]);
      }
    },
  );

  // Bug: the fear of the field: a search miss that reads as an accusation.
  it('never calls a certificate fake', () => {
    const miss = [
      zhCN.search.empty,
      zhCN.search['empty-text'],
      zhCN.record.absent,
      zhCN.search['not-fake'],
    ].join();
    expect(miss).not.toMatch(/假证|伪造/);
    expect([en.search.empty, en.search['empty-text'], en.record.absent].join()).not.toMatch(
      /fake|forged/i,
    );
  });
});
