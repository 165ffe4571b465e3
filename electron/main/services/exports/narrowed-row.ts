import {
  EXPORT_COLUMNS,
  type ExportTemplate,
} from '../../../../shared/domain/policy/export-templates';
import type { ExportRow } from '../../../jobs/package/data/rows';

/** Columns that may be absent from a row. */
const OPTIONAL = new Set<string>(['uscc', 'reviewDue']);
const KEPT_TAIL = 4;

/**
 * A row as its template lets it out: what the template does not name does not even reach the process that writes the
 * files.
 */
export function narrowedRow(row: ExportRow, { columns, masking }: ExportTemplate): ExportRow {
  const masked = masking === 'strict' ? strictRow(row) : row;
  const narrow: Record<string, string | undefined> = { ...masked };
  for (const column of EXPORT_COLUMNS) {
    if (columns.includes(column)) continue;
    if (OPTIONAL.has(column)) delete narrow[column];
    else narrow[column] = '';
  }
  // The word of the status stays for the counts of the cover, which every package has.
  return { ...(narrow as ExportRow), status: row.status, statusLabel: row.statusLabel };
}

function strictRow(row: ExportRow): ExportRow {
  return {
    ...row,
    name: headOnly(row.name),
    maskedId: tailOnly(row.maskedId),
    certificateNumberMasked: tailOnly(row.certificateNumberMasked),
  };
}

/** The first character, and two stars however long the name is. */
function headOnly(name: string): string {
  const [first = ''] = name;
  return name === '' ? '' : `${first}**`;
}

/** The last four characters, at most half of them. */
function tailOnly(text: string): string {
  const characters = [...text];
  const kept = Math.min(KEPT_TAIL, Math.floor(characters.length / 2));
  return '*'.repeat(characters.length - kept) + characters.slice(characters.length - kept).join('');
}
