import { BATCH_VERDICTS } from '../../../../shared/domain/batch/verdicts';
import { rectificationRate, type SiteVisit, sitePile } from '../../../../shared/domain/site/visit';
import { isoFromDay } from '../../../../shared/kernel/day';
import { shanghaiTime } from '../../../jobs/package/pdf/shanghai-time';
import type { SheetJob } from '../../../jobs/tables/write-sheet';
import { verdictLabel } from '../batch/workbooks';
import type { FileFrame } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';

const WORDS: Readonly<Record<string, string>> = {
  missing: '未出示证书',
  genuine: '真实，未被吊销',
  'genuine-expired': '真实，但已过期',
  'must-ask': '须向平台核实',
  'code-altered': '签名不符',
  'code-unknown-issuer': '签发平台不在名录内',
  'code-unreadable': '签名码不完整',
  'code-no-keys': '暂不能核验签名码',
  'document-code': '文件核验码，不是证书',
};

/** The record of a visit to read and print: masked, who has to put what right until when. */
export function siteSheet(
  path: string,
  visit: SiteVisit,
  { watermark, traceId, by }: FileFrame & { readonly watermark: string },
  lapsed: readonly number[],
): SheetJob {
  const count = (pile: string) =>
    String(visit.people.filter(({ verdict }) => sitePile(verdict) === pile).length);
  const { total } = rectificationRate(visit.people, 0);
  const day = (value: number | null) => (value === null ? '' : isoFromDay(value));
  return {
    path,
    name: '现场核查记录',
    widths: [8, 14, 24, 28, 22, 14, 14, 18],
    top: [
      ['现场核查记录'],
      ['核查地点', visit.place],
      ['核查时间', visitTime(visit)],
      [sinceWords(lapsed)],
      ['人数', String(visit.people.length), '有效', count('good'), '即将到期', count('soon')],
      ['无效或未出示', count('bad'), '待核实', count('unclear'), '限期整改', String(total)],
      [SIGNED_WORDS[by], `追溯编号 ${traceId}`, watermark],
      ['序号', '姓名', '证件或证书号', '单位', '结果', '整改期限', '整改完成', '核查时间'],
    ],
    rows: visit.people.map(({ n, atMs, name, number, company, verdict, dueDay, doneDay }) => [
      String(n),
      name ?? '',
      number ?? '',
      company ?? '',
      siteWord(verdict),
      day(dueDay),
      day(doneDay),
      shanghaiTime(atMs),
    ]),
  };
}

/** More are counted and not named. */
const NAMED = 20;

/** What is found out at the saving alone: by numbers of people, who was let pass then and would not be now. */
export function sinceWords(lapsed: readonly number[]): string {
  const since = '核查结果以核查时间为准，其后的数据、核查标记和日期变化未计入。';
  if (lapsed.length === 0) return since;
  const named = `${lapsed.slice(0, NAMED).join('、')}${lapsed.length > NAMED ? ' 等' : ''}`;
  return `${since}保存时，序号 ${named} 共 ${lapsed.length} 人的证书已失效或正在核查，请重新核验。`;
}

/** From the beginning of a visit to its end, or to its last check where it goes on; Beijing time. */
export function visitTime({ startedMs, closedMs, people }: SiteVisit): string {
  const endMs = closedMs ?? people.at(-1)?.atMs ?? startedMs;
  return `${shanghaiTime(startedMs)} 至 ${shanghaiTime(endMs)}`;
}

/** The official word of a verdict on a roster. */
export function siteWord(verdict: string): string {
  const known = BATCH_VERDICTS.find((one) => one === verdict);
  return known === undefined ? (WORDS[verdict] ?? '') : verdictLabel(known);
}
