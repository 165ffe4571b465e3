import { parseIdNumber } from '../identity/id-number';

/** What a column of a list can be. */
export const BATCH_FIELDS = ['name', 'idNumber', 'number', 'validTo', 'company'] as const;
export type BatchField = (typeof BATCH_FIELDS)[number];

/** Which column (from 0) holds each field; fields without one are left out. */
export type ColumnMapping = Readonly<Partial<Record<BatchField, number>>>;

const WORDS: Readonly<Record<BatchField, readonly RegExp[]>> = {
  name: [/^(持证人|人员|学员|员工|作业人员)?(姓名|名字)$/u, /^(full|holder)?name$/iu, /姓名/u],
  idNumber: [/身份证|公民身份号码|证件号|身份号码/u, /^id(no|number|card)?$/iu, /^身份/u],
  number: [
    /^(操作证|资格证|合格证|证书|证)(编号|号码|号)$/u,
    /证书(编)?号|操作证号|certificate/iu,
    /证号$/u,
  ],
  validTo: [
    /有效期(至|止|截止|到)|(失效|到期|截止)(日期|时间)|有效截止/u,
    /^(valid(to|until)|expir)/iu,
    /^有效期限?$/u,
  ],
  company: [/^(工作|所在|用人|聘用)?单位(名称)?$/u, /企业|公司|单位/u, /^(company|employer)/iu],
};
/** A later rule is a weaker one. */
const RULES = 3;
const SAMPLE_SHARE = 0.6;

/** How well a row of texts looks like headings: how many fields its cells name. */
export function headingScore(cells: readonly string[]): number {
  return BATCH_FIELDS.filter((field) =>
    cells.some((cell) => WORDS[field].some((word) => word.test(plain(cell)))),
  ).length;
}

/**
 * Guesses columns by their headings, strongest rule first, each column at most once; an ID column without a heading is
 * found by what it holds. The person at the desk sees the guess and may change it.
 */
export function guessColumns(
  headings: readonly string[],
  sample: readonly (readonly string[])[],
): ColumnMapping {
  const mapping: Partial<Record<BatchField, number>> = {};
  const taken = new Set<number>();
  for (let rule = 0; rule < RULES; rule++) {
    for (const field of BATCH_FIELDS) {
      if (mapping[field] !== undefined) continue;
      const at = headings.findIndex(
        (heading, column) =>
          !taken.has(column) && WORDS[field][rule]?.test(plain(heading)) === true,
      );
      if (at < 0) continue;
      mapping[field] = at;
      taken.add(at);
    }
  }
  const ids = mapping.idNumber ?? columnOfIds(sample, taken);
  return ids === undefined ? mapping : { ...mapping, idNumber: ids };
}

/** A list can be judged by an ID number or a certificate number; a name alone would find namesakes. */
export function isJudgeable(mapping: ColumnMapping): boolean {
  return mapping.idNumber !== undefined || mapping.number !== undefined;
}

function columnOfIds(
  sample: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
): number | undefined {
  const width = Math.max(0, ...sample.map((row) => row.length));
  for (let column = 0; column < width; column++) {
    if (taken.has(column)) continue;
    const filled = sample.map((row) => row[column] ?? '').filter((cell) => cell !== '');
    const ids = filled.filter((cell) => parseIdNumber(cell).ok).length;
    if (filled.length > 0 && ids >= filled.length * SAMPLE_SHARE) return column;
  }
  return undefined;
}

function plain(heading: string): string {
  return heading.normalize('NFKC').replace(/[\s*:()（）：]/gu, '');
}
