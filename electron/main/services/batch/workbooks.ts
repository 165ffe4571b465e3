import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BATCH_VERDICTS,
  type BatchPile,
  type BatchReason,
  type BatchVerdict,
  pileOf,
} from '../../../../shared/domain/batch/verdicts';
import type { ReadKind } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { BatchHead } from '../../../../shared/ipc/routes/batch';
import { isoFromDay } from '../../../../shared/kernel/day';
import { shanghaiTime } from '../../../jobs/package/pdf/shanghai-time';
import type { SheetJob } from '../../../jobs/tables/write-sheet';
import type { KeptRow } from '../../../store/batch-calls';
import { kindLabel, STATUS_LABELS, statusLabel } from '../exports/labels';
import type { SignedBy } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';

const OTHER_LABELS: Readonly<Record<Exclude<BatchVerdict, keyof typeof STATUS_LABELS>, string>> = {
  several: '有多本证书，请注明证书编号',
  'name-mismatch': '姓名与记录不一致',
  'number-mismatch': '证书编号与本人不一致',
  'date-mismatch': '有效期与记录不一致',
  'number-invalid': '证件号码有误',
  'not-in-slice': '本机数据中没有',
  incomplete: '缺少证件号码和证书编号',
};
/** What a person reads beside a verdict: why, or what was not compared. */
const REASON_LABELS: Readonly<Record<NonNullable<BatchReason>, string>> = {
  empty: '号码为空',
  'spreadsheet-number': '号码被表格软件改为科学计数，末几位丢失',
  characters: '号码含有不该有的字符',
  length: '号码位数不对',
  'birth-date': '号码中的出生日期不存在',
  checksum: '号码校验位不符',
  'other-person': '该编号属于他人',
  'unknown-number': '本人在本机数据中，此编号不在',
  'date-unreadable': '有效期无法识读，未作比对',
};
const PILE_LABELS: Readonly<Record<BatchPile, string>> = {
  good: '有效',
  soon: '即将到期或应复审',
  bad: '无效',
  unclear: '待核实',
};

/** The official word of a verdict: workbooks are Chinese whatever the page's language is. */
export function verdictLabel(verdict: BatchVerdict, kind: ReadKind | null = null): string {
  return Object.hasOwn(STATUS_LABELS, verdict)
    ? statusLabel(verdict as keyof typeof STATUS_LABELS, kind)
    : OTHER_LABELS[verdict as keyof typeof OTHER_LABELS];
}

/** What both workbooks say above the rows. */
export interface SheetFrame {
  readonly watermark: string;
  readonly traceId: string;
  readonly by: SignedBy;
}

/**
 * When the list was checked. Verdicts are of then: the date of the data on the day of the saving would vouch for what was
 * revoked, marked or ended in between.
 */
const judged = ({ atMs }: BatchHead) =>
  `核验时间 ${shanghaiTime(atMs)}，其后的数据、核查标记和日期变化未计入`;

const NOTE = '核验结果仅供参考：“本机数据中没有”不表示证书为假。';

const signed = ({ traceId, by }: SheetFrame) => `追溯编号 ${traceId}　${SIGNED_WORDS[by]}`;

/** Every row with its verdict, masked. */
export function rowsSheet(
  path: string,
  head: BatchHead,
  rows: readonly KeptRow[],
  frame: SheetFrame,
): SheetJob {
  return {
    path,
    name: '核验结果',
    widths: [8, 12, 22, 26, 36, 14, 24, 36],
    top: [
      [frame.watermark],
      [`${head.title}　共 ${head.rows} 行　${judged(head)}`],
      [NOTE],
      [signed(frame)],
      ['行号', '姓名', '证件号码', '证书编号', '证书类别', '有效期至', '核验结果', '说明'],
    ],
    rows: rows.map(({ line, name, id, number, kind, validTo, verdict, reason }) => [
      String(line),
      name,
      id,
      number ?? '',
      kind === null ? '' : kindLabel(kind),
      validTo === null ? '' : isoFromDay(validTo),
      verdictLabel(verdict, kind),
      reason === null ? '' : REASON_LABELS[reason],
    ]),
  };
}

/** How many, and nobody's name: what a company may be handed. */
export function summarySheet(path: string, head: BatchHead, frame: SheetFrame): SheetJob {
  const piles: Record<BatchPile, number> = { good: 0, soon: 0, bad: 0, unclear: 0 };
  for (const verdict of BATCH_VERDICTS) piles[pileOf(verdict)] += head.counts[verdict] ?? 0;
  return {
    path,
    name: '核验汇总',
    widths: [28, 14],
    top: [[frame.watermark], [judged(head)], [NOTE], [signed(frame)], ['项目', '人数']],
    rows: [
      ['名单行数', String(head.rows)],
      ...(Object.keys(piles) as BatchPile[]).map((pile) => [
        PILE_LABELS[pile],
        String(piles[pile]),
      ]),
    ],
  };
}

/** An empty list with the headings that are known. */
export function templateSheet(path: string): SheetJob {
  return {
    path,
    name: '名单',
    widths: [14, 24, 28, 14, 36],
    top: [['姓名', '身份证号', '证书编号', '有效期至', '单位名称']],
    rows: [],
  };
}

/** A path in the folder that no file has yet. Throws FILE_UNREADABLE when a hundred are taken. */
export function freePath(folder: string, name: string): string {
  for (let n = 1; n <= 100; n++) {
    const path = join(folder, n === 1 ? `${name}.xlsx` : `${name}-${n}.xlsx`);
    if (!existsSync(path)) return path;
  }
  throw new AppError('FILE_UNREADABLE', { name });
}
