import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../kernel/day';
import { MAX_PAYLOAD } from './clean-text';
import { readPayload } from './read-payload';

const ID = '11010519491231002X';
const read = (text: string) => {
  const found = readPayload(text);
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('what a code says', () => {
  // Bug: the texts that real certificates and codes carry are not understood, and every scan is "not here".
  it.each([
    [ID, { idNumber: ID }],
    [`T${ID}`, { number: `T${ID}` }],
    ['京建安C1(2015)0000001', { number: '京建安C1(2015)0000001' }],
    ['京建安Ｃ1（2015）0000001', { number: '京建安C1(2015)0000001' }],
    [`证书编号：T${ID}\n姓名：张三`, { number: `T${ID}`, name: '张三' }],
    [
      `姓名:张三 证件号码:${ID} 有效期限:2023-09-01 至 2029-08-31`,
      { name: '张三', idNumber: ID, validTo: dayFromIso('2029-08-31') },
    ],
    [`{"xm":"张三","zsbh":"T${ID}","x":[1]}`, { name: '张三', number: `T${ID}` }],
    [
      `https://cx.mem.gov.cn/special?zsbh=T${ID}&xm=%E5%BC%A0%E4%B8%89`,
      { number: `T${ID}`, name: '张三' },
    ],
    [`https://example.cn/q/T${ID}`, { number: `T${ID}` }],
    ['https://example.cn/q?id=4711', { number: null, idNumber: null, fault: null }],
    ['张三', { name: null, number: null, idNumber: null }],
    ['姓名：张三', { name: '张三', number: null }],
    ['证书编号：T110105********002X', { number: null }],
  ])('%s', (text, expected) => {
    expect(read(text).row).toMatchObject(expected);
  });

  // Bug: a passport or an old ID number typed alone is taken for a certificate's only, and its holder is not found; or a
  // certificate number that a paper calls so is looked up as somebody's document.
  it.each([
    ['e12345678', 'e12345678', 'E12345678'],
    ['110105491231002', '110105491231002', ID],
    ['证书编号：E12345678', 'E12345678', null],
    ['https://example.cn/q?zsbh=E12345678', 'E12345678', null],
    ['19491231', '19491231', null],
    ['京建安C1(2015)0000001', '京建安C1(2015)0000001', null],
  ])('%s may be a document', (text, number, idNumber) => {
    const { row, asDocument } = read(text);
    expect(row).toMatchObject({ number, idNumber: null });
    expect(asDocument?.idNumber ?? null).toBe(idNumber);
    expect(asDocument?.number ?? null).toBeNull();
  });

  // Bug: an ID number typed with hyphens is a certificate number that is not here.
  it('reads an ID number that is broken up', () => {
    expect(read('110105-19491231-002X').row).toMatchObject({ idNumber: ID, number: null });
  });

  // Bug: a number whose check digit is wrong is looked up like any other and reads "not here".
  it('names a number that cannot be one', () => {
    expect(read('T110105194912310021').row).toMatchObject({ number: null, fault: 'checksum' });
    expect(read('身份证号：110105194913310021').row.fault).toBe('birth-date');
  });
});

describe('what a code tries', () => {
  // Bug: an address that runs something, or leads to a lookalike, is read as plain text or taken for genuine.
  it.each([
    ['javascript:alert(1)//T11010519491231002X', null, false],
    ['JaVaScRiPt:fetch("http://x.cn")', null, false],
    ['java\u200bscript:alert(1)', null, false],
    ['data:text/html,<script>1</script>', null, false],
    ['https://cx.mem.gov.cn.evil.cn/?zsbh=1', 'cx.mem.gov.cn.evil.cn', false],
    ['https://cx.mem.gov.cn@evil.cn/', 'evil.cn', true],
    ['https://cx.mem.gov.cn\\@evil.cn/', 'cx.mem.gov.cn', false],
    ['https://cx.mem.gоv.cn/', 'cx.mem.gоv.cn', true],
    ['https://xn--mem-gov-9fg.cn/', 'xn--mem-gov-9fg.cn', true],
    ['http://3232235777/', '3232235777', true],
    ['http://192.168.1.1/a', '192.168.1.1', true],
    ['www.evil.cn', 'www.evil.cn', false],
    ['ｈｔｔｐｓ：／／evil.cn／x', 'evil.cn', false],
  ])('%s', (text, host, isOddHost) => {
    expect(read(text)).toMatchObject({ form: 'address', host, isOddHost });
  });

  // Bug: an override makes a number read from the end, or a zero-width mark makes a known number unknown, unseen.
  it('leaves out what is invisible, and says so', () => {
    const turned = read(`\u202e${ID.slice(0, 9)}\u200b${ID.slice(9)}\u202c\u{e0041}`);
    expect(turned).toMatchObject({ hasHidden: true, row: { idNumber: ID } });
    expect(read(`${ID}\r\n`).hasHidden).toBe(false);
    expect(read(`${ID}\ud800`).hasHidden).toBe(true);
  });

  // Bug: a payload of megabytes is taken apart all the same and the desk stands still.
  it('refuses what no code can hold', () => {
    expect(readPayload('9'.repeat(MAX_PAYLOAD + 1))).toBe('too-long');
    expect(readPayload(' \u200b\u202e ')).toBe('empty');
  });

  // Bug: some text throws, is read without end, or puts an invisible or endless value before a person.
  it('any text is read, bounded and visible', () => {
    const nasty = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(
          '证书编号：',
          '姓名=',
          'https://',
          '@',
          '::',
          '==',
          '\u202e',
          '{"',
          ';;;;',
          '&&&& ',
          ID,
          '\n \n ',
        ),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(nasty, (pieces) => {
        const found = readPayload(pieces.join(''));
        if (typeof found === 'string') return;
        const { name, number, idNumber } = found.row;
        for (const text of [name, number, idNumber, found.host]) {
          expect((text ?? '').length).toBeLessThanOrEqual(253);
          expect(text ?? '').not.toMatch(/\p{Cc}|\p{Bidi_Control}|\u200b/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  // Bug: a text made for it keeps the reader busy for ever (backtracking).
  it.each([
    ['a:'.repeat(4_000)],
    ['a '.repeat(4_000)],
    [`${'a'.repeat(7_000)}=`],
    [';'.repeat(8_000)],
    [`${' ;'.repeat(3_900)}a`],
    [`https://${'a.'.repeat(3_900)}`],
    [`${'a.'.repeat(3_999)}`],
  ])('reads %#', (text) => {
    expect(typeof readPayload(text)).toBe('object');
  });
});
