import type { StatisticsTable } from '../../../../shared/domain/statistics/question';
import type { StatisticsHead, StatisticsRelease } from '../../../../shared/ipc/routes/statistics';
import { isoFromDay } from '../../../../shared/kernel/day';
import { KIND_LABELS } from '../exports/labels';
import type { SignedBy } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';

/** Papers are Chinese whatever the page's language is. */
export const TABLE_WORDS: Readonly<Record<StatisticsTable, string>> = {
  'region-industry': '地区 × 行业门类持证人数',
  'region-kind': '地区 × 证书类别持证人数',
  month: '按到期月份的持证人数',
};
/** What rows and columns are. */
export const AXIS_WORDS: Readonly<Record<StatisticsTable, readonly [row: string, column: string]>> =
  {
    'region-industry': ['地区', '行业门类'],
    'region-kind': ['地区', '证书类别'],
    month: ['到期月份', '项目'],
  };
const LABELS: Readonly<Record<string, string>> = {
  ...KIND_LABELS,
  other: '其他',
  later: '以后',
  people: '人数',
};
export const SUPPRESSED = '未公布';

export function headWord({ code, name }: StatisticsHead): string {
  return name ?? LABELS[code] ?? code;
}

/** A release with what narrows it in words; empty where nothing does. */
export type ReportedRelease = StatisticsRelease & { readonly scope: string };

/** What the report says of itself. */
export function statedFacts(release: ReportedRelease, by: SignedBy): readonly [string, string][] {
  const { epsilon, bound, day, root, least, suppressed, budget, scope } = release;
  const narrowing: [string, string][] =
    scope === ''
      ? []
      : [['统计条件', `${scope}。只计符合条件的证书；换一个条件即为另一次公布，另行计费`]];
  return [
    ['统计对象', '统计日持有有效证书的人员，每人只计一次，计入其最近一次发证所在的格'],
    ...narrowing,
    ['统计日', isoFromDay(day)],
    ['数据版本', root],
    ['隐私参数', `ε = ${epsilon}。ε 越小，噪声越大，保护越强`],
    ['加噪方法', '各格独立加离散拉普拉斯噪声（Canonne–Kamath–Steinke 2020，整数精确抽样）'],
    ['误差', `约 95% 的格与真实人数相差不超过 ${bound}`],
    [
      '保护什么',
      '某一人（连同其全部证书）在不在数据中，任何公布结果出现的可能性之比不超过 e 的 ε 次方；在册人员换格时为 2ε。多次公布的 ε 相加',
    ],
    ['小格', `加噪后小于 ${least} 的格不公布，本表 ${suppressed} 格；是否公布只看加噪后的数`],
    ['合计', '合计为已公布各格之和，不含未公布的格，不是另行统计的数'],
    [
      '本年度额度',
      `${budget.year} 年本机额度 ${budget.share ?? '0'}，已用 ${budget.spent}，尚余 ${budget.left}`,
    ],
    ['签名', SIGNED_WORDS[by]],
  ];
}
