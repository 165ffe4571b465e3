import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../kernel/day';
import { isWithin, loadRegionTable, type RegionTable, shortRegionCode } from './region-table';

const shipped = new URL('../../../resources/regions/gb2260-2026.json', import.meta.url);

function table(): RegionTable {
  const loaded = loadRegionTable(JSON.parse(readFileSync(shipped, 'utf8')));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

describe('the shipped region table', () => {
  const regions = table();

  // Would catch: a county without its prefecture, or units lost or added by hand (official 2026 counts).
  it('has every unit of 2026', () => {
    const prefectures = regions.children().flatMap((p) => regions.children(p.code));
    const real = prefectures.filter((p) => !/^(11|12|31|50)|90$/.test(p.code));
    const counties = prefectures.flatMap((p) => regions.children(p.code));
    expect([regions.children().length, real.length, counties.length]).toEqual([31, 333, 2847]);
    expect(
      prefectures.filter((p) => regions.children(p.code).length === 0).map((p) => p.name),
    ).toEqual(['东莞市', '中山市', '儋州市', '嘉峪关市']);
  });

  // Would catch: a filler such as 市辖区 printed on a document, or a superior left out.
  it('names units in full', () => {
    expect(regions.fullName(330106)).toBe('浙江省杭州市西湖区');
    expect(regions.fullName('110105')).toBe('北京市朝阳区');
    expect(regions.fullName(429004)).toBe('湖北省仙桃市');
    expect(regions.fullName('500229')).toBe('重庆市城口县');
    expect(regions.name('330100')).toBe('杭州市');
    expect(regions.ancestors(653101).map((u) => u.name)).toEqual(['新疆维吾尔自治区', '喀什地区']);
    expect([regions.name('999999'), regions.name('x'), regions.children('99').length]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });

  // Would catch: a record of a retired county that nobody's scope finds, or a retired one offered for choice.
  it('follows retired units to their successors', () => {
    expect(regions.unit(110103)?.validTo).toBe(dayFromIso('2010-06-30'));
    expect(regions.current(110103)?.name).toBe('东城区');
    expect(regions.current(330106)?.code).toBe('330106');
    const offered = regions.children('3301').map((u) => u.code);
    expect(offered).not.toContain('330104');
    expect(regions.children('3301', { hasRetired: true }).map((u) => u.code)).toContain('330104');
  });

  // Would catch: a scope that reaches into a neighbour by a shared digit prefix.
  it('counts a county within exactly its own scopes', () => {
    const codes = regions.counties('33').map((u) => u.code);
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.constantFrom(...codes), (a, b) => {
        expect(isWithin(a.slice(0, 4), b)).toBe(a.slice(0, 4) === b.slice(0, 4));
        expect([
          isWithin('33', Number(a)),
          isWithin('330000', a),
          isWithin('3', a),
          isWithin('', a),
        ]).toEqual([true, true, false, false]);
      }),
    );
    expect([shortRegionCode(330000), shortRegionCode('330100'), shortRegionCode('33010')]).toEqual([
      '33',
      '3301',
      undefined,
    ]);
  });
});

describe('loadRegionTable', () => {
  // Would catch: a damaged update taken over as the table.
  it('refuses a damaged file', () => {
    const load = (...units: unknown[]): unknown => {
      const loaded = loadRegionTable({ version: 't', units });
      return loaded.ok ? 'ok' : loaded.error.kind;
    };
    const root = { code: '33', name: '浙江省' };
    expect(load(root)).toBe('ok');
    expect(load(root, root)).toBe('duplicate');
    expect(load(root, { code: '330106', name: '西湖区' })).toBe('no-superior');
    expect(load({ ...root, successor: '34' })).toBe('no-successor');
    expect(load({ ...root, successor: '33' })).toBe('no-successor');
    expect([
      load({ ...root, validTo: '2026-02-30' }),
      load({ ...root, more: 1 }),
      load(null),
    ]).toEqual(['shape', 'shape', 'shape']);
    expect([loadRegionTable(null).ok, loadRegionTable({ version: 't', units: 5 }).ok]).toEqual([
      false,
      false,
    ]);
  });
});
