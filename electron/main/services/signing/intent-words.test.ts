import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FULL_TEMPLATE } from '../../../../shared/domain/policy/export-templates';
import type { ShownIntent } from '../../../../shared/protocol/intents';
import { INTENT_FIELDS, intentOf, KINDS } from '../../../../shared/protocol/test/intents';
import type { ExportIntent } from '../../../../shared/protocol/ticket';
import { intentWords } from './intent-words';

const LOCALES = ['zh-CN', 'en', 'ug'] as const;
/** The digest of the whole, which is the last row, covers everything; the rows above are what a person reads. */
const readRows = (intent: ShownIntent, locale: (typeof LOCALES)[number]) =>
  JSON.stringify(intentWords(intent, locale).rows.slice(0, -1));
/** An internal number of the person, who is shown by name and badge. */
const DIGEST_ONLY = new Set(['userId']);

describe('an intent in words', () => {
  // Would catch: a field that is signed and that nobody was shown.
  it.each(KINDS.flatMap((kind) => LOCALES.map((locale) => ({ kind, locale }))))(
    'shows every field of $kind in $locale',
    ({ kind, locale }) => {
      const fields = INTENT_FIELDS[kind] as Record<string, fc.Arbitrary<unknown>>;
      const field = fc.constantFrom(...Object.keys(fields));
      fc.assert(
        fc.property(
          intentOf(kind),
          field.chain(
            (name) => fields[name]?.map((value) => ({ name, value })) ?? fc.constant(null),
          ),
          (intent, change) => {
            if (change === null) throw new Error('no field');
            const { name, value } = change;
            const before = (intent as unknown as Record<string, unknown>)[name];
            fc.pre(value !== before && !(name === 'atMs' && sameSecond(value, before)));
            // Groups at both ends of a hash are shown, not all of it.
            fc.pre(
              typeof value !== 'string' ||
                !/^[0-9a-f]{64}$/u.test(value) ||
                ends(value) !== ends(String(before)),
            );
            const changed = { ...intent, [name]: value } as ShownIntent;
            if (!DIGEST_ONLY.has(name))
              expect(readRows(changed, locale)).not.toBe(readRows(intent, locale));
            expect(intentWords(changed, locale).rows.at(-1)).not.toEqual(
              intentWords(intent, locale).rows.at(-1),
            );
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  // Would catch: a window without its title, or one kind's words above another's rows.
  it('says in every language what the signature does', () => {
    for (const locale of LOCALES) {
      const titles = KINDS.map((kind) => {
        const [intent] = fc.sample(intentOf(kind), 1);
        if (intent === undefined) throw new Error('no sample');
        const { title, text, keep, rows } = intentWords(intent, locale);
        for (const word of [title, text, keep, ...rows.map(({ label }) => label)])
          expect(word.trim().length).toBeGreaterThan(0);
        expect(new Set(rows.map(({ label }) => label)).size).toBe(rows.length);
        return title;
      });
      expect(new Set(titles).size).toBe(KINDS.length);
    }
  });

  // Would catch: a scope that only readers of Chinese can check before they sign, a part of the filter that is left out,
  // or words that stand where the signed ones should.
  it('words the scope of an export in the person’s language beside what is signed', () => {
    const filter = JSON.stringify({
      regions: ['3306', '3307'],
      kinds: ['special-operation'],
      statuses: ['expired', 'revoked'],
      validToUntil: 20_777,
    });
    const intent: ExportIntent = {
      type: 'export-intent',
      traceId: 'DC-20261127-0001',
      ...{ office: 'NB01', device: 'D1', userId: 'u1' },
      purposeClass: 'joint',
      purpose: '联合执法检查',
      filter,
      scope: '区域：绍兴市；状态：已过期',
      regions: ['3306'],
      maxRows: 20,
    };
    const rowsIn = (locale: (typeof LOCALES)[number], of: ExportIntent = intent) =>
      intentWords(of, locale).rows.map(({ label, value }) => `${label}=${value}`);
    const english =
      'Scope=Regions by code: 3306, 3307; Kinds: Special operation; Status: Expired, Revoked; Valid to: —2026-11-20';
    expect(rowsIn('en')).toContain(english);
    expect(rowsIn('en')).toContain('As signed=区域：绍兴市；状态：已过期');
    expect(rowsIn('ug').join('\n')).toContain('بىكار قىلىنغان');
    expect(rowsIn('ug').join('\n')).toContain('区域：绍兴市；状态：已过期');
    expect(rowsIn('zh-CN').filter((row) => row.includes('绍兴市'))).toEqual([
      '导出范围=区域：绍兴市；状态：已过期',
    ]);
    // What is no filter is not worded at all: the signed words stand alone.
    expect(rowsIn('en', { ...intent, filter: '{"x":1}' })).toContain(
      'Scope=区域：绍兴市；状态：已过期',
    );
  });

  // Would catch: an export shown with the most that its permit allows in place of what it holds.
  it('shows an export as it is', () => {
    const intent: ExportIntent = {
      type: 'export-intent',
      traceId: 'DC-20261127-0001',
      office: 'NB01',
      device: 'D1',
      userId: 'u1',
      purposeClass: 'joint',
      purpose: '联合执法检查',
      filter: '{}',
      scope: '本单位全部证书',
      regions: ['3302'],
      maxRows: 50_000,
    };
    const extras = {
      count: 1_234,
      template: FULL_TEMPLATE,
      requester: '王伟 0001',
      ticket: 'ET-1',
      way: 'sms',
      board: null,
      recipient: null,
    } as const;
    const values = intentWords(intent, 'zh-CN', extras).rows.map(({ value }) => value);
    expect(values).toContain('1,234');
    expect(values).toContain('联合检查：联合执法检查');
    expect(values).toContain('ET-1 短信验证');
  });
});

const sameSecond = (a: unknown, b: unknown) =>
  Math.floor(Number(a) / 1_000) === Math.floor(Number(b) / 1_000);
const ends = (hash: string) => hash.slice(0, 8) + hash.slice(-8);
