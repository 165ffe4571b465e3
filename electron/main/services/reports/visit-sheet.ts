import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { SheetJob } from '../../../jobs/tables/write-sheet';
import { kindLabel, statusLabel } from '../exports/labels';
import type { FileFrame } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';
import { byCompany, type FollowUpLine } from './follow-up-sheets';
import { reasonWords } from './reason-words';

interface Frame extends FileFrame {
  readonly dataAsOfMs: number;
  readonly watermark: string;
}

/** The list of visits as a workbook: a line an entry, company by company as the document has them, why and what was done. */
export function visitSheet(path: string, lines: readonly FollowUpLine[], frame: Frame): SheetJob {
  const today = dayInShanghai(frame.atMs);
  const done = lines.filter(({ entry }) => entry.doneMs !== null).length;
  const ordered = byCompany(lines).flatMap(({ lines: some }) => some);
  return {
    path,
    name: '走访清单',
    widths: [8, 34, 12, 18, 26, 26, 48, 30, 14],
    top: [
      ['走访清单'],
      ['事项', String(lines.length), '已完成', String(done)],
      ['数据截至', isoFromDay(dayInShanghai(frame.dataAsOfMs))],
      [SIGNED_WORDS[frame.by], `追溯编号 ${frame.traceId}`, frame.watermark],
      [
        '序号',
        '单位',
        '姓名',
        '证书类型',
        '证书编号',
        '状态',
        '走访原因',
        '备注或事项',
        '完成日期',
      ],
    ],
    rows: ordered.map(({ entry, item }, i) => [
      String(i + 1),
      item?.company ?? entry.company ?? '',
      item?.name ?? '',
      item === null ? '' : kindLabel(item.kind),
      item?.number ?? '',
      item === null
        ? ''
        : `${statusLabel(item.validity.status, item.kind)}，至 ${isoFromDay(item.validity.validTo)}`,
      entry.reason === undefined ? '' : reasonWords(entry.reason, today),
      // What was written by hand, and of an entry whose certificate is not here any more what it was called.
      [item === null ? entry.title : '', entry.note].filter((text) => text !== '').join('；'),
      entry.doneMs === null ? '' : isoFromDay(dayInShanghai(entry.doneMs)),
    ]),
  };
}
