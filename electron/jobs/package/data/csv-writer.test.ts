import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { toCsv } from './csv-writer';

describe('lines of CSV', () => {
  // Bug: a quote, comma or line break that moves the cells behind it; a formula that runs; a number that becomes another.
  it('are those that another writer makes of the same cells', () => {
    const sign = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '＝',
      '\t',
      '"',
      ',',
      '\r',
      '\n',
      ' ',
      '\uFEFF',
      '张',
    );
    const text = fc
      .array(fc.oneof(sign, fc.string({ unit: 'grapheme', maxLength: 2 })), { maxLength: 4 })
      .map((parts) => parts.join(''));
    const cell = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const rows = fc.array(fc.array(cell, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, (cells) => {
        const other = Papa.unparse(cells, {
          newline: '\r\n',
          escapeFormulae: /^[=+\-@＝＋－＠\t\r\n]/u,
        });
        expect(toCsv(cells)).toBe(`${other}\r\n`);
      }),
    );
    expect(toCsv([])).toBe('');
  });
});
