import type { GrantField, GrantScope } from '../../../../shared/domain/cross-region/scope';
import type { Asked } from '../../../../shared/protocol/cross-region';

const FIELDS: Readonly<Record<GrantField, string>> = {
  'id-number': '完整证件号码',
  phone: '联系电话',
  training: '培训与考试记录',
  history: '证书变更记录',
};

/** A request in the official language, as it is signed: who asks, what for, on which document. */
export function subjectOf(asked: Asked, regionName: (code: string) => string): string {
  const who = `${asked.officeName} ${asked.name}（${asked.badge}）`;
  return [
    `${who}申请查询${scopeWords(asked.scope, regionName)}`,
    `事由：${asked.purpose.slice(0, 300)}`,
    `依据：${asked.basis}`,
  ]
    .join('；')
    .slice(0, 1_000);
}

function scopeWords(scope: GrantScope, regionName: (code: string) => string): string {
  const regions = scope.regions.slice(0, 6).map(regionName).join('、');
  const more = scope.regions.length > 6 ? `等${scope.regions.length}个地区` : '';
  const people = scope.people.length === 0 ? '' : `，限${scope.people.length}人`;
  const kinds = scope.kinds.length === 0 ? '全部证书类别' : `${scope.kinds.length}类证书`;
  const fields = scope.fields.map((field) => FIELDS[field]).join('、');
  const extra = fields === '' ? '' : `，含${fields}`;
  const exports = scope.mayExport ? '，可导出' : '，不可导出';
  return `${regions}${more}${kinds}${people}，${scope.days}天${extra}${exports}`;
}
