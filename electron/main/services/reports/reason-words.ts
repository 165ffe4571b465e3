import type { LapseFeature } from '../../../../shared/domain/forecast/features';
import type { VisitReason } from '../../../../shared/ipc/routes/visits';
import { type Day, isoFromDay } from '../../../../shared/kernel/day';
import { verdictLabel } from '../batch/workbooks';
import { STATUS_LABELS } from '../exports/labels';

const FEATURES: Readonly<Record<LapseFeature, string>> = {
  constant: '平均水平',
  'kind-manager-principal': '主要负责人证书',
  'kind-manager-safety': '安全管理人员证书',
  'kind-construction-a': '建筑 A 证',
  'kind-construction-b': '建筑 B 证',
  'kind-construction-c1': '建筑 C1 证',
  'kind-construction-c2': '建筑 C2 证',
  'kind-construction-c3': '建筑 C3 证',
  'rate-company': '单位以往失效较多',
  'rate-body': '培训机构以往失效较多',
  'rate-industry': '行业以往失效较多',
  'rate-region': '地区以往失效较多',
  'company-size': '单位规模',
  'ends-within-30': '剩余天数少',
  'ends-within-10': '剩余天数很少',
  'first-period': '以往续证情况',
  'review-done': '复审情况',
};

/** Why somebody is to be visited, for a list on paper: as noted when the entry was made, days counted from today. */
export function reasonWords(reason: VisitReason, today: Day): string {
  switch (reason.kind) {
    case 'status': {
      const { status, day } = reason;
      if (day === null) return STATUS_LABELS[status];
      const days = day - today;
      const left = days < 0 ? `已过 ${-days} 天` : days === 0 ? '今天' : `还有 ${days} 天`;
      return `${STATUS_LABELS[status]}：${isoFromDay(day)}，${left}`;
    }
    case 'lapse': {
      const share = `${Math.round(reason.probability * 100)}%`;
      const why = reason.features.map((feature) => FEATURES[feature]).join('、');
      return `预测可能不续证 ${share}（${isoFromDay(reason.day)} 到期）${why === '' ? '' : `：${why}`}`;
    }
    case 'batch':
      return `批量核验第 ${reason.line} 行：${verdictLabel(reason.verdict)}`;
  }
}
