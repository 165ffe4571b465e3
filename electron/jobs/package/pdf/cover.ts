import { isoFromDay } from '../../../../shared/kernel/day';
import type { ExportMeta, Manifest } from '../manifest';
import { drawCode } from './code';
import type { FontSet } from './fonts';
import { headLook, packageAsOf } from './head-look';
import { addSignatureField } from './placeholder';
import { drawSeal } from './seal';
import { shanghaiTime } from './shanghai-time';
import { drawStatusBar } from './status-bar';
import { artifact, openTag, type Tag, tagged } from './tags';
import { breakLines, drawCentred, drawLine, type PdfDocument } from './text';

/** A status with its word and how many rows have it. */
export interface StatusCount {
  readonly status: string;
  readonly label: string;
  readonly count: number;
}

export interface CoverFacts {
  readonly meta: ExportMeta & Pick<Manifest, 'recipient'>;
  readonly count: number;
  readonly statusCounts: readonly StatusCount[];
  readonly fields: readonly string[];
  /** Whether the list follows, stands in the workbook only because it is too long, is not wanted, or it is a board. */
  readonly list: 'listed' | 'too-long' | 'none' | 'board';
  /** How many records have pages of their own, and in which form. */
  readonly records: 'none' | 'merged' | 'each';
  readonly signerSubject: string;
  /** Whose signature gets its room here; undefined for SM2 keys: the cover says why there is none. */
  readonly signedBy: string | undefined;
}

/** Where the signature's appearance goes: PDF user space, origin at the bottom left. */
const SEAL_BOX = { x: 420, y: 84, size: 128 } as const;

const LIST_NOTES = {
  listed: '清单见后页，与 data.xlsx、data.csv 内容一致。',
  'too-long': '清单超过 5,000 条，本报告只作汇总；完整清单以 data.xlsx 为准。',
  none: '本报告只作汇总；清单见 data.xlsx、data.csv。',
  board:
    '看板图与各表见后页；data.xlsx 每表一页，data.csv 每行一个数字，board.png 为同一看板图，数字完全一致。',
} as const;
const RECORD_NOTES = {
  merged: '每张证书一页，见 records.pdf。',
  each: '每张证书一个文件，见 records 文件夹，次序与清单相同。',
} as const;
/** Roles as documents word them; a package is Chinese whatever the page's language is. */
const ROLES: Readonly<Record<string, string>> = { inspector: '检查员', head: '单位负责人' };

const LEFT = 56;
const RIGHT = 539;
const LABEL_WIDTH = 84;

/** Draws the first page: who, what, why, how fresh, how many, and how to check it. */
export function drawCover(doc: PdfDocument, fonts: FontSet, parent: Tag, facts: CoverFacts): void {
  const { meta } = facts;
  const cover = openTag(doc, parent, 'Sect', { title: '封面' });
  tagged(doc, cover, 'P', () => {
    drawLine(doc, fonts, meta.office.name, LEFT, 52, { sizePt: 12, color: '#44505c' });
  });
  tagged(doc, cover, 'H1', () => {
    drawLine(doc, fonts, reportTitle(meta), LEFT, 72, { sizePt: 22, isBold: true });
  });
  artifact(doc, 'Layout', () => {
    doc.moveTo(LEFT, 108).lineTo(RIGHT, 108).lineWidth(1.2).strokeColor('#1f4e79').stroke();
  });
  let y = meta.practice ? drawPracticeBanner(doc, fonts, cover) : 124;
  const table = openTag(doc, cover, 'Table');
  for (const pair of coverLines(facts)) y = drawPair(doc, fonts, table, pair, y);
  table.end();
  y = drawCounts(doc, fonts, cover, facts, y + 10);
  drawNotes(doc, fonts, cover, facts, y + 16);
  drawCode(doc, fonts, cover, meta, { left: RIGHT - 108, top: 120, side: 108 });
  if (facts.signedBy !== undefined) addSignature(doc, fonts, cover, meta, facts.signedBy);
  cover.end();
}

function addSignature(
  doc: PdfDocument,
  fonts: FontSet,
  cover: Tag,
  meta: ExportMeta,
  name: string,
): void {
  const reason = meta.practice ? '练习·无效力' : meta.purpose;
  const text = { name, reason, location: meta.office.name, timeMs: meta.createdAtMs };
  addSignatureField(doc, cover, text, SEAL_BOX, () => {
    drawSeal(doc, fonts, meta, name, SEAL_BOX.size);
  });
}

/** What the report is, on its cover and in its properties. */
export const reportTitle = ({ board }: Pick<ExportMeta, 'board'>): string =>
  board === undefined ? '安全生产证书核查导出报告' : '安全生产证书分析看板导出报告';

/** What is said beside the root of data that are not proven to have it. */
const PROOF_WORDS = {
  proven: '',
  unproven: '（导出时未能证明本机数据即此摘要所指数据）',
  differs: '（导出时已知本机数据与此摘要不符）',
} as const;

function coverLines(facts: CoverFacts): [string, string][] {
  const { meta } = facts;
  const { requester } = meta;
  return [
    ['追溯编号', meta.traceId],
    ['核验码', meta.verificationCode],
    ['导出单位', `${meta.office.name}（${meta.office.code}）`],
    ['区域', `${meta.region.name}（${meta.region.code}）`],
    [
      '导出人',
      `${requester.name}　工号 ${requester.badge}　${ROLES[requester.role] ?? requester.role}`,
    ],
    ['导出时间', shanghaiTime(meta.createdAtMs)],
    ['数据截至', packageAsOf(meta)],
    ['用途', meta.purpose],
    ['范围', meta.scope.description],
    [
      '筛选条件',
      Object.entries(meta.scope.filters)
        .map(([key, value]) => `${key}：${value}`)
        .join('；') || '无',
    ],
    ...templateLines(meta),
    ...boardLines(meta),
    [meta.board === undefined ? '字段' : '数据表', facts.fields.join('、')],
    ['规则包', `${meta.rulePack.id} ${meta.rulePack.version}`],
    ['数据摘要', `${meta.sliceRoot}${PROOF_WORDS[meta.sliceProof ?? 'proven']}`],
    ['签名证书', facts.signerSubject],
  ];
}

function templateLines({ template, recipient }: CoverFacts['meta']): [string, string][] {
  const lines: [string, string][] = template === undefined ? [] : [['导出模板', template.name]];
  if (recipient !== undefined)
    lines.push(['接收人', `${recipient.subject}（证书 ${recipient.serial}，整包加密）`]);
  return lines;
}

function boardLines({ board }: CoverFacts['meta']): [string, string][] {
  if (board === undefined) return [];
  const past = board.isPast ? '（过去日期，按事件还原，以今日所知为准）' : '';
  const unknown = board.unknown === 0 ? '' : `；另有 ${board.unknown} 张当日状态无法确知，未计入`;
  return [
    ['看板日期', `${isoFromDay(board.day)}${past}`],
    ['涉及证书', `${board.certificates} 张${unknown}；本包不含任何个人记录`],
  ];
}

function drawPair(
  doc: PdfDocument,
  fonts: FontSet,
  table: Tag,
  [label, value]: readonly [string, string],
  y: number,
): number {
  const row = openTag(doc, table, 'TR');
  const heading = () => drawLine(doc, fonts, label, LEFT, y, { sizePt: 9.5, color: '#68737f' });
  tagged(doc, row, 'TH', heading, { scope: 'Row' });
  const style = { sizePt: 9.5 };
  // The QR code stands beside the first lines.
  const widthPt = (y < 240 ? 402 : RIGHT) - LEFT - LABEL_WIDTH;
  const lines = breakLines(fonts, value, widthPt, style, 4);
  tagged(doc, row, 'TD', () => {
    lines.forEach((line, i) => {
      drawLine(doc, fonts, line, LEFT + LABEL_WIDTH, y + i * 14, style);
    });
  });
  row.end();
  return y + lines.length * 14 + 3;
}

function drawPracticeBanner(doc: PdfDocument, fonts: FontSet, cover: Tag): number {
  artifact(doc, 'Layout', () => doc.rect(LEFT, 116, 340, 26).fillColor('#c0271d').fill());
  const style = { sizePt: 13, color: '#ffffff', isBold: true };
  tagged(doc, cover, 'P', () => {
    drawCentred(doc, fonts, '练习·无效力　不得作为任何依据', LEFT + 170, 119, style);
  });
  return 154;
}

function drawCounts(
  doc: PdfDocument,
  fonts: FontSet,
  cover: Tag,
  facts: CoverFacts,
  y: number,
): number {
  const isStale = facts.meta.isStale === true;
  const unit = facts.meta.board === undefined ? '条' : '个数字；证书按状态：';
  tagged(doc, cover, 'P', () => {
    drawLine(doc, fonts, `共 ${facts.count} ${unit}`, LEFT, y, { sizePt: 13, isBold: true });
  });
  if (facts.statusCounts.length === 0) return y + 24;
  const table = openTag(doc, cover, 'Table');
  const cellWidth = (RIGHT - LEFT) / 5;
  facts.statusCounts.forEach(({ status, label, count }, index) => {
    const x = LEFT + (index % 5) * cellWidth;
    const top = y + 24 + Math.floor(index / 5) * 40;
    const look = headLook({ status, statusLabel: label }, { dataAsOfMs: null, isStale });
    const color = look.ink;
    artifact(doc, 'Layout', () => {
      drawStatusBar(doc, look, { x, y: top, width: 3, height: 32 });
    });
    const row = openTag(doc, table, 'TR');
    const heading = () => drawLine(doc, fonts, label, x + 9, top, { sizePt: 9, color: '#44505c' });
    tagged(doc, row, 'TH', heading, { scope: 'Row' });
    const style = { sizePt: 14, color, isBold: true };
    tagged(doc, row, 'TD', () => drawLine(doc, fonts, String(count), x + 9, top + 12, style));
    row.end();
  });
  table.end();
  return y + 24 + Math.ceil(facts.statusCounts.length / 5) * 40;
}

function drawNotes(
  doc: PdfDocument,
  fonts: FontSet,
  cover: Tag,
  facts: CoverFacts,
  y: number,
): void {
  const notes = [
    LIST_NOTES[facts.list],
    ...(facts.records === 'none' ? [] : [RECORD_NOTES[facts.records]]),
    '全部文件的 SHA-256 与 SM3 摘要载于 manifest.json，由 manifest.p7s 签名；请用核验程序打开整个压缩包。',
    ...(facts.signedBy !== undefined
      ? []
      : [
          '本报告未单独签名：签名密钥为国密 SM2，通用 PDF 阅读器不能核验此类签名；报告摘要载于 manifest.json，由 SM2 签名一并保护。',
        ]),
    '不在本机数据中不等于证书虚假；状态以“数据截至”时间为准。证件号码与含证件号码的证书编号已脱敏。',
  ];
  let top = y;
  for (const note of notes) {
    tagged(doc, cover, 'P', () => {
      for (const line of breakLines(fonts, note, 350, { sizePt: 8.5 }, 3)) {
        drawLine(doc, fonts, line, LEFT, top, { sizePt: 8.5, color: '#44505c' });
        top += 13;
      }
    });
    top += 3;
  }
}
