import { z } from 'zod';
import type { ExportColumn } from '../../../../shared/domain/policy/export-templates';

const cell = (max: number) => z.string().max(max);

/** One exported certificate, every text already worded and masked by the caller; dates as YYYY-MM-DD. */
export const exportRowSchema = z.strictObject({
  status: cell(32).min(1),
  statusLabel: cell(64),
  name: cell(128),
  maskedId: cell(64),
  certificateNumberMasked: cell(128),
  kindLabel: cell(128),
  categoryLabel: cell(128),
  companyName: cell(256),
  uscc: cell(32).optional(),
  regionName: cell(128),
  issuer: cell(256),
  validFrom: cell(32),
  validTo: cell(32),
  reviewDue: cell(32).optional(),
});

export type ExportRow = z.infer<typeof exportRowSchema>;

/** A column of the package: heading, width in characters (workbook) and share of the page (report). */
export interface Column {
  readonly field: ExportColumn;
  readonly heading: string;
  readonly widthChars: number;
  /** Points on an A4 landscape list page; absent: not in the report. */
  readonly widthPt?: number;
}

const COLUMNS: readonly Column[] = [
  { field: 'statusLabel', heading: '状态', widthChars: 12, widthPt: 52 },
  { field: 'name', heading: '姓名', widthChars: 14, widthPt: 62 },
  { field: 'maskedId', heading: '证件号码（脱敏）', widthChars: 24, widthPt: 92 },
  { field: 'certificateNumberMasked', heading: '证书编号（脱敏）', widthChars: 28, widthPt: 104 },
  { field: 'kindLabel', heading: '证书类别', widthChars: 24, widthPt: 76 },
  { field: 'categoryLabel', heading: '作业类别／岗位', widthChars: 24, widthPt: 76 },
  { field: 'companyName', heading: '单位', widthChars: 36, widthPt: 112 },
  { field: 'uscc', heading: '统一社会信用代码', widthChars: 22 },
  { field: 'regionName', heading: '区域', widthChars: 16 },
  { field: 'issuer', heading: '签发机关', widthChars: 26, widthPt: 74 },
  { field: 'validFrom', heading: '有效期起', widthChars: 13 },
  { field: 'validTo', heading: '有效期止', widthChars: 13, widthPt: 56 },
  { field: 'reviewDue', heading: '应复审日期', widthChars: 13, widthPt: 56 },
];

/** The columns of a template in their own order; all without one. */
export function columnsOf(fields: readonly ExportColumn[] | undefined): readonly Column[] {
  return fields === undefined ? COLUMNS : COLUMNS.filter(({ field }) => fields.includes(field));
}

/** A row's cells in column order. */
export function cellsOf(row: ExportRow, columns: readonly Column[]): string[] {
  return columns.map((column) => row[column.field] ?? '');
}
