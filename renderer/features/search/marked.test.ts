import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Marked } from './Marked';

const html = (text: string, marks: readonly (readonly [number, number])[]) =>
  renderToStaticMarkup(createElement(Marked, { text, marks }));
const textOf = (markup: string) => markup.replace(/<[^>]+>/g, '');

describe('Marked', () => {
  // Bug: marks counted in UTF-16 units split a surname like 𠮷 in two broken halves.
  it('marks code points', () => {
    expect(html('𠮷野', [[0, 1]])).toBe('<mark>𠮷</mark><span>野</span>');
  });

  // Bug: overlapping or wild marks from another version lose or double characters of a name.
  it('never changes the text', () => {
    const mark = fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 }));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('张', '*', '国', '𠮷', '·'), { maxLength: 8 }),
        fc.array(mark, { maxLength: 4 }),
        (characters, marks) => {
          expect(textOf(html(characters.join(''), marks))).toBe(characters.join(''));
        },
      ),
    );
  });
});
