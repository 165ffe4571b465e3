/** Most certificates that any policy or ticket lets out at once. */
export const MAX_EXPORT_ROWS = 1_000_000;

/** What a package can say of each certificate; the status is always among it. */
export const EXPORT_COLUMNS = [
  'statusLabel',
  'name',
  'maskedId',
  'certificateNumberMasked',
  'kindLabel',
  'categoryLabel',
  'companyName',
  'uscc',
  'regionName',
  'issuer',
  'validFrom',
  'validTo',
  'reviewDue',
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** `strict`: of a name the first character stays, of numbers the last four. */
export const EXPORT_MASKINGS = ['standard', 'strict'] as const;
export type ExportMasking = (typeof EXPORT_MASKINGS)[number];

/** A page for each certificate: not at all, all in one file, or a file each. */
export const RECORD_PAGES = ['none', 'merged', 'each'] as const;
export type RecordPages = (typeof RECORD_PAGES)[number];

/** Pages of records in one package at most. */
export const MAX_RECORD_PAGES = 500;

/** A form that packages of an office may have; which there are, the signed policy says. */
export interface ExportTemplate {
  readonly id: string;
  readonly names: { readonly 'zh-CN': string; readonly en: string; readonly ug: string };
  readonly columns: readonly ExportColumn[];
  readonly masking: ExportMasking;
  /** The report lists the certificates (as far as they fit it), beside its cover. */
  readonly hasList: boolean;
  readonly records: RecordPages;
  readonly maxRows: number;
  /** Packages of this form leave encrypted to one recipient only. */
  readonly needsRecipient: boolean;
}

/** What a permit says of a form: all that decides what of a certificate leaves, and how it is held together. */
export type PermittedForm = Pick<
  ExportTemplate,
  'id' | 'columns' | 'masking' | 'records' | 'needsRecipient' | 'maxRows'
>;

/** A form as a package has it. */
export type UsedForm = Omit<PermittedForm, 'id' | 'maxRows'>;

/** What a permit says of a policy's form. */
export const permittedForm = ({
  id,
  columns,
  masking,
  records,
  needsRecipient,
  maxRows,
}: ExportTemplate): PermittedForm => ({ id, columns, masking, records, needsRecipient, maxRows });

/**
 * Whether a package's form lets out no more than a permitted one: the same columns or fewer, masked as much or more, pages
 * of the same kind or none, and encrypted where that is asked for. Granted rows always say by which grant they are here,
 * in the column of the place.
 */
export function isWithinForm(used: UsedForm, permitted: UsedForm, isGranted: boolean): boolean {
  const allowed = new Set<ExportColumn>(permitted.columns);
  if (isGranted) allowed.add('regionName');
  return (
    used.columns.every((column) => allowed.has(column)) &&
    (permitted.masking === 'standard' || used.masking === 'strict') &&
    (used.records === 'none' || used.records === permitted.records) &&
    (used.needsRecipient || !permitted.needsRecipient)
  );
}

/** Why a template can be in no policy; null: it can. */
export function templateFault(template: ExportTemplate): 'columns' | 'records' | null {
  const { columns, records, maxRows } = template;
  if (!columns.includes('statusLabel') || new Set(columns).size !== columns.length)
    return 'columns';
  return records !== 'none' && maxRows > MAX_RECORD_PAGES ? 'records' : null;
}

/** The form of packages where nobody said anything else. */
export const FULL_TEMPLATE: ExportTemplate = {
  id: 'full',
  names: { 'zh-CN': '完整清单', en: 'Full list', ug: 'تولۇق تىزىملىك' },
  columns: EXPORT_COLUMNS,
  masking: 'standard',
  hasList: true,
  records: 'none',
  maxRows: MAX_EXPORT_ROWS,
  needsRecipient: false,
};

/** The form of a board: figures, no certificate. No policy lists it; its limit counts numbers. */
export const BOARD_TEMPLATE: ExportTemplate = {
  id: 'board',
  names: { 'zh-CN': '分析看板', en: 'Board', ug: 'تەھلىل تاختىسى' },
  columns: ['statusLabel'],
  masking: 'standard',
  hasList: false,
  records: 'none',
  maxRows: 20_000,
  needsRecipient: false,
};

/** Where the server signed none. */
export const DEFAULT_TEMPLATES: readonly ExportTemplate[] = [
  FULL_TEMPLATE,
  {
    id: 'outward',
    names: { 'zh-CN': '对外简表', en: 'Short list for others', ug: 'سىرتقا قىسقا تىزىملىك' },
    columns: [
      'statusLabel',
      'name',
      'maskedId',
      'kindLabel',
      'categoryLabel',
      'companyName',
      'validTo',
      'reviewDue',
    ],
    masking: 'strict',
    hasList: true,
    records: 'none',
    maxRows: 20_000,
    needsRecipient: false,
  },
  {
    id: 'records',
    names: { 'zh-CN': '一证一页', en: 'A page each', ug: 'ھەر گۇۋاھنامىگە بىر بەت' },
    columns: EXPORT_COLUMNS,
    masking: 'standard',
    hasList: true,
    records: 'merged',
    maxRows: MAX_RECORD_PAGES,
    needsRecipient: false,
  },
  {
    id: 'record-files',
    names: { 'zh-CN': '一证一文件', en: 'A file each', ug: 'ھەر گۇۋاھنامىگە بىر ھۆججەت' },
    columns: EXPORT_COLUMNS,
    masking: 'standard',
    hasList: false,
    records: 'each',
    maxRows: MAX_RECORD_PAGES,
    needsRecipient: false,
  },
  {
    id: 'handover',
    names: { 'zh-CN': '加密移交', en: 'Encrypted handover', ug: 'شىفىرلاپ تاپشۇرۇش' },
    columns: EXPORT_COLUMNS,
    masking: 'standard',
    hasList: false,
    records: 'none',
    maxRows: MAX_EXPORT_ROWS,
    needsRecipient: true,
  },
];

/** The forms that packages of an office may have. */
export const templatesOf = ({
  templates,
}: {
  readonly templates?: readonly ExportTemplate[] | undefined;
}): readonly ExportTemplate[] => templates ?? DEFAULT_TEMPLATES;
