import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anonymous, anonymousLine, anonymousText } from './anonymous';

const NAMES = ['张伟', '欧阳娜娜', 'ئايگۈل', '陈·买买提', '𠮷野'];
const IDS = [
  '330106199001011234',
  '３３０１０６１９９００１０１１２３Ｘ',
  '330106 19900101 1234',
  '13800138000',
  '138-0013-8000',
];
const PLACES = [
  '/home/zhangwei/名单.xlsx',
  'C:\\Users\\zhang.wei\\Desktop\\list.xlsx',
  'file:///home/zhangwei/a.csv',
  "'zhangwei list.xlsx'",
  'zhang.wei@yjglj.gov.cn',
  'https://centre.example.cn/v1?person=zhangwei',
];
const secret = fc.constantFrom(...NAMES, ...IDS, ...PLACES);
const around = fc.constantFrom(
  '',
  'Error: EBUSY, open ',
  ' at ',
  '(',
  '): ',
  ' row 12 ',
  '，',
  'n=3 ',
);

describe('what leaves in a diagnosis', () => {
  // Bug: a name, number, path or address inside an error's words goes with the log.
  it('has no name, number, path or address, wherever it stands in a text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(around, secret), { minLength: 1, maxLength: 4 }), (parts) => {
        const text = anonymousText(parts.flat().join(''));
        expect(text).not.toMatch(/[^\t\n\x20-\x7e…]/u);
        expect(text).not.toMatch(/zhang|wei\b/iu);
        expect(text.replace(/[ -]/g, '')).not.toMatch(/\d{5}/u);
      }),
    );
  });

  // Bug: a person's badge or what was searched for goes along because it looks like a word of the program.
  it('leaves out the fields of persons, at any depth', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('name', 'badge', 'userId', 'actor', 'text', 'query', 'reason', 'company'),
        fc.string({ minLength: 3 }).map((one) => `Q7${one}`),
        (field, value) => {
          const told = JSON.stringify(anonymous({ run: [{ [field]: value, code: 'OK' }] }));
          expect(told).toContain('[left out]');
          expect(told).toContain('OK');
          expect(told).not.toContain('Q7');
        },
      ),
    );
  });

  // Bug: so much is left out that nobody can be helped.
  it('keeps what the program says by itself', () => {
    const line = JSON.stringify({
      at: '2026-11-28T09:12:13.123Z',
      level: 'error',
      scope: 'main.sync',
      event: 'run failed',
      code: 'SYNC_UNREACHABLE',
      bytes: 1_234_567,
      error: {
        name: 'Error',
        message: 'read ECONNRESET',
        stack:
          'Error: read ECONNRESET\n    at run (/opt/FieldCert/resources/app.asar/dist/main/main.cjs:12:345)',
      },
    });
    const told = anonymousLine(line) ?? '';
    for (const word of ['2026-11-28T09:12:13.123Z', 'main.sync', 'run failed', 'SYNC_UNREACHABLE'])
      expect(told).toContain(word);
    expect(told).toContain('1234567');
    expect(told).toContain('read ECONNRESET');
    expect(told).toContain('app.asar/dist/main/main.cjs:12:345');
    expect(told).not.toContain('/opt');
  });

  // Bug: a line that somebody else wrote into the file goes along as it is.
  it('drops lines that are not of the logger', () => {
    for (const line of [
      '张伟',
      '{}',
      '"张伟"',
      '{"at":"张伟","level":"info","scope":"x","event":"y"}',
      'null',
    ])
      expect(anonymousLine(line)).toBeNull();
  });
});
