import type { ImportList } from './rows';

/** What a column of a list can be; the words are the headings of the template. */
export const IMPORT_COLUMNS = {
  name: '姓名',
  idNumber: '身份证号',
  number: '证书编号',
  kind: '证书类别',
  category: '操作项目',
  validFrom: '有效期起',
  validTo: '有效期至',
  company: '单位名称',
  field: '更正项目',
  proposed: '更正为',
  note: '更正说明',
} as const;
export type ImportColumn = keyof typeof IMPORT_COLUMNS;

/** Columns of the two templates, in order. */
export const LIST_COLUMNS: Readonly<Record<ImportList, readonly ImportColumn[]>> = {
  certificates: [
    'name',
    'idNumber',
    'number',
    'kind',
    'category',
    'validFrom',
    'validTo',
    'company',
  ],
  corrections: ['number', 'name', 'idNumber', 'field', 'proposed', 'note'],
};
const OPTIONAL: Readonly<Record<ImportList, readonly ImportColumn[]>> = {
  certificates: ['category', 'company'],
  corrections: ['idNumber'],
};

/** Other usual headings, without spaces and brackets. */
const WORDS: Readonly<Record<ImportColumn, RegExp>> = {
  name: /^(持证人|人员|学员|员工)?(姓名|名字)$|^name$/iu,
  idNumber: /^(公民)?(身份证|身份|证件)号码?$|^id(no\.?|number|card)$/iu,
  number: /^(操作证|资格证|合格证|证书|证)(编号|号码|号)$|^certificate(no\.?|number)$/iu,
  kind: /^(证书|证件)(类别|类型|种类)$|^kind$/iu,
  category: /^(准操|操作|作业)(项目|类别)$|^category$/iu,
  validFrom: /^(有效期(起|自|开始)|有效期起始?日?期?|生效日期|初领日期|发证日期)$|^validfrom$/iu,
  validTo: /^(有效期(至|止|截止)|有效期止日?期?|失效日期|到期日期)$|^validto$/iu,
  company: /^(工作|所在|用人|聘用)?(单位|企业)(名称)?$|^company$/iu,
  field: /^更正(项目|字段|内容项)$|^field$/iu,
  proposed: /^(更正为|应为|正确值|正确内容|更正后)$|^proposed$/iu,
  note: /^(更正)?(说明|理由|原因|备注)$|^note$/iu,
};

export type ImportMapping = Readonly<Partial<Record<ImportColumn, number>>>;

/** Which column holds what, by the headings; the first of two alike counts. */
export function importColumns(list: ImportList, headings: readonly string[]): ImportMapping {
  const plain = headings.map((one) => one.normalize('NFKC').replace(/[\s*:()（）：]|必填/gu, ''));
  const found = LIST_COLUMNS[list].map((column) => {
    const at = plain.findIndex((one) => one === IMPORT_COLUMNS[column] || WORDS[column].test(one));
    return [column, at] as const;
  });
  return Object.fromEntries(found.filter(([, at]) => at >= 0));
}

/** Columns that the list cannot do without and has not. */
export function missingColumns(list: ImportList, mapping: ImportMapping): readonly ImportColumn[] {
  return LIST_COLUMNS[list].filter(
    (column) => mapping[column] === undefined && !OPTIONAL[list].includes(column),
  );
}
