import catalogueFile from '../../resources/catalogues/special-operations-2026.json';
import industryFile from '../../resources/industries/gbt4754-2017.json';
import regionFile from '../../resources/regions/gb2260-2026.json';
import rulesFile from '../../resources/rule-packs/national-2026.11.1.json';
import { loadIndustryTable } from '../../shared/domain/industry/industry-table';
import { CERTIFICATE_KINDS, type CertificateKind, type Day } from '../../shared/domain/model';
import { loadRegionTable, type RegionTable } from '../../shared/domain/region/region-table';
import { Random } from './random';

/** What a kind's certificates go by, from the shipped rule pack. */
export interface KindRules {
  readonly kind: CertificateKind;
  readonly validityYears: number;
  /** Absent: no review. */
  readonly reviewYears: number | undefined;
  /** In ordinary and in high-risk industries. */
  readonly initialHours: readonly [number, number];
  /** Likewise; zero: no annual training. */
  readonly annualHours: readonly [number, number];
  readonly reviewHours: number;
}

export interface TrainingBody {
  readonly id: number;
  readonly name: string;
  readonly region: string;
  /** How well it teaches and reminds, about ±1: moves pass and renewal rates. */
  readonly quality: number;
}
export interface Issuer {
  readonly id: number;
  readonly name: string;
  readonly region: string;
}

/** The fixed surroundings of one region's generated data. */
export interface World {
  readonly slice: string;
  readonly today: Day;
  readonly counties: readonly { readonly code: number; readonly stem: string }[];
  readonly cityStem: string;
  readonly provinceStem: string;
  /** 建 certificates begin with the province's one-character name. */
  readonly provinceLetter: string;
  /** County codes of the whole country: where people were first registered. */
  readonly birthplaces: readonly string[];
  readonly issuers: {
    readonly province: Issuer;
    readonly construction: Issuer;
    readonly city: Issuer;
    readonly county: ReadonlyMap<number, Issuer>;
  };
  readonly bodies: readonly TrainingBody[];
  readonly operations: ReadonlyMap<number, readonly number[]>;
  readonly rules: ReadonlyMap<CertificateKind, KindRules>;
  readonly highRisk: ReadonlySet<number>;
  readonly uyghurShare: number;
}

const PROVINCE_LETTERS: Readonly<Record<string, string>> = {
  11: '京',
  12: '津',
  13: '冀',
  14: '晋',
  15: '蒙',
  21: '辽',
  22: '吉',
  23: '黑',
  31: '沪',
  32: '苏',
  33: '浙',
  34: '皖',
  35: '闽',
  36: '赣',
  37: '鲁',
  41: '豫',
  42: '鄂',
  43: '湘',
  44: '粤',
  45: '桂',
  46: '琼',
  50: '渝',
  51: '川',
  52: '贵',
  53: '云',
  54: '藏',
  61: '陕',
  62: '甘',
  63: '青',
  64: '宁',
  65: '新',
};

const BODY_FORMS = [
  '安全技术培训中心',
  '安全生产宣传教育中心',
  '职业技能培训学校',
  '安全工程技术学校',
  '工业职业培训学院',
  '安全教育科技有限公司',
];

/** 越城区 → 越城, 绍兴市 → 绍兴; two characters stay whole. */
const stemOf = (name: string): string =>
  name.length > 2 ? name.replace(/(自治州|自治县|地区|新区|区|县|市|盟|旗)$/, '') : name;

/** Where the rule pack asks for none: what courses have in practice. */
const DEFAULT_INITIAL_HOURS = 32;

let regionTable: RegionTable | undefined;

/** The shipped region table. Throws when it is not sound. */
export function regions(): RegionTable {
  if (regionTable === undefined) {
    const loaded = loadRegionTable(regionFile);
    if (!loaded.ok) throw new Error(`region table: ${loaded.error.kind} at ${loaded.error.at}`);
    regionTable = loaded.value;
  }
  return regionTable;
}

interface PackKind {
  readonly kind: string;
  readonly validityYears: number;
  readonly reviewEveryYears?: number;
  readonly hours: Readonly<Record<string, number>>;
}

function kindRules(): Map<CertificateKind, KindRules> {
  const kinds = rulesFile.kinds as readonly PackKind[];
  return new Map(
    kinds.flatMap((one) => {
      if (!(one.kind in CERTIFICATE_KINDS)) return [];
      const kind = one.kind as CertificateKind;
      const { validityYears, reviewEveryYears: reviewYears, hours } = one;
      const initial = hours.initial ?? DEFAULT_INITIAL_HOURS;
      const annual = hours.annual ?? 0;
      const rules: KindRules = {
        kind,
        validityYears,
        reviewYears,
        initialHours: [initial, hours.highRiskInitial ?? initial],
        annualHours: [annual, hours.highRiskAnnual ?? annual],
        reviewHours: hours.review ?? 0,
      };
      return [[kind, rules] as const];
    }),
  );
}

function bodiesOf(
  slice: string,
  counties: World['counties'],
  cityStem: string,
  random: Random,
): TrainingBody[] {
  const count = 8 + Math.min(16, 2 * counties.length);
  const names = new Set<string>();
  const bodies: TrainingBody[] = [];
  for (let i = 0; i < count; i++) {
    const county = counties[i % counties.length];
    const place = i < BODY_FORMS.length ? cityStem : `${cityStem}${county?.stem ?? ''}`;
    const name =
      place +
      (BODY_FORMS[i % BODY_FORMS.length] ?? '') +
      (names.has(place + BODY_FORMS[i % BODY_FORMS.length]) ? '分校' : '');
    names.add(name);
    bodies.push({
      id: Number(slice) * 1000 + i + 1,
      name,
      region: i < BODY_FORMS.length ? slice : String(county?.code ?? slice),
      quality: random.normal() * 0.7,
    });
  }
  return bodies;
}

/** Surroundings of a prefecture (four digits). Throws RangeError for a code without counties. */
export function worldOf(slice: string, seed: string, today: Day): World {
  const table = regions();
  const industries = loadIndustryTable(industryFile);
  if (!industries.ok) throw new Error('industry table');
  const units = table.counties(slice);
  const city = table.unit(slice);
  if (!/^\d{4}$/.test(slice) || units.length === 0 || city === undefined)
    throw new RangeError(`no prefecture ${slice}`);
  const province = table.unit(slice.slice(0, 2));
  const hasOwnName = !/^(市辖区|县|.*直辖县级行政区划)$/.test(city.name);
  const cityName = hasOwnName ? city.name : (province?.name ?? '');
  const cityStem = stemOf(cityName);
  const counties = units.map(({ code, name }) => ({ code: Number(code), stem: stemOf(name) }));
  const provinceId = Number(slice.slice(0, 2));
  return {
    slice,
    today,
    counties,
    cityStem,
    provinceStem: (province?.name ?? '').replace(
      /(壮族|回族|维吾尔)?(自治区|特别行政区|省|市)$/,
      '',
    ),
    provinceLetter: PROVINCE_LETTERS[provinceId] ?? '国',
    birthplaces: [
      ...Array(6)
        .fill(units.map(({ code }) => code))
        .flat(),
      ...table.counties(slice.slice(0, 2)).map(({ code }) => code),
      ...EVERYWHERE(table),
    ] as string[],
    issuers: {
      province: {
        id: provinceId * 100_000 + 1,
        name: `${province?.name ?? ''}应急管理厅`,
        region: slice.slice(0, 2),
      },
      construction: {
        id: provinceId * 100_000 + 2,
        name: `${province?.name ?? ''}住房和城乡建设厅`,
        region: slice.slice(0, 2),
      },
      city: { id: Number(slice) * 1000 + 1, name: `${cityName}应急管理局`, region: slice },
      county: new Map(
        units.map(({ code, name }) => [
          Number(code),
          { id: Number(code) * 10 + 1, name: `${cityStem}${name}应急管理局`, region: code },
        ]),
      ),
    },
    bodies: bodiesOf(slice, counties, cityStem, new Random(`${seed}|bodies|${slice}`)),
    operations: new Map(
      catalogueFile.classes.map(({ code, items }) => [code, items.map((item) => item.code)]),
    ),
    rules: kindRules(),
    highRisk: new Set(rulesFile.highRiskIndustries),
    uyghurShare: slice.startsWith('65') ? 0.42 : 0.004,
  };
}

/** A spread of counties over the country, every ninth. */
const EVERYWHERE = (table: RegionTable): string[] =>
  table
    .children()
    .flatMap(({ code }) => table.counties(code))
    .map(({ code }) => code)
    .filter((_, i) => i % 9 === 0);
