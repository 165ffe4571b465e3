import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { err } from '../../kernel/result';
import { loadIndustryTable } from './industry-table';

const shipped = new URL('../../../resources/industries/gbt4754-2017.json', import.meta.url);

describe('loadIndustryTable', () => {
  // Would catch: a division lost in the shipped file (GB/T 4754-2017 has 20 sections, 97 divisions).
  it('reads the shipped table', () => {
    const loaded = loadIndustryTable(JSON.parse(readFileSync(shipped, 'utf8')));
    if (!loaded.ok) throw new Error(loaded.error);
    const { sections, divisions, name, sectionOf } = loaded.value;
    expect([sections.length, divisions.length]).toEqual([20, 97]);
    expect([name(6), sectionOf(6)?.code, name(98)]).toEqual(['煤炭开采和洗选业', 'B', undefined]);
  });

  // Would catch: a damaged file taken over.
  it('refuses a damaged file', () => {
    const section = { code: 'A', name: '甲', divisions: [{ code: 1, name: '一' }] };
    expect(loadIndustryTable({ version: 't', sections: [section, section] })).toEqual(
      err('duplicate'),
    );
    expect(loadIndustryTable({ version: 't', sections: [{ ...section, code: 'Z' }] })).toEqual(
      err('shape'),
    );
    expect(loadIndustryTable(null)).toEqual(err('shape'));
  });
});
