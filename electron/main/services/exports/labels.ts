import {
  CERTIFICATE_KINDS,
  type CertificateKind,
  type ReadKind,
  readWord,
  STATUSES,
  type Status,
  unknownCode,
} from '../../../../shared/domain/model';
import { isoFromDay } from '../../../../shared/kernel/day';
import type { ExportRow } from '../../../jobs/package/data/rows';
import type { ExportSourceRow } from '../../../store/protocol';
import type { Resources } from '../tables/resources';

/** Official words of documents: a package is Chinese whatever the page's language is. */
export const KIND_LABELS: Readonly<Record<CertificateKind, string>> = {
  'manager-principal': '安全生产知识和管理能力考核合格证（主要负责人）',
  'manager-safety': '安全生产知识和管理能力考核合格证（安全生产管理人员）',
  'special-operation': '特种作业操作证',
  'construction-a': '建筑施工企业安全生产考核合格证（A类）',
  'construction-b': '建筑施工企业安全生产考核合格证（B类）',
  'construction-c1': '建筑施工企业安全生产考核合格证（C1类）',
  'construction-c2': '建筑施工企业安全生产考核合格证（C2类）',
  'construction-c3': '建筑施工企业安全生产考核合格证（C3类）',
};
export const STATUS_LABELS: Readonly<Record<Status, string>> = {
  valid: '有效',
  expiring: '即将到期',
  'review-due': '应复审',
  'review-overdue': '逾期未复审',
  expired: '已过期',
  'not-yet-valid': '未生效',
  suspended: '暂停',
  revoked: '吊销',
  withdrawn: '撤销',
  cancelled: '注销',
  'under-verification': '核查中',
};

/** The official name of a kind; one that this program does not know is named by its code. */
export function kindLabel(kind: ReadKind): string {
  const code = unknownCode(kind);
  return code === null ? KIND_LABELS[kind as CertificateKind] : `未知类别（代码 ${code}）`;
}

/** The official word of a status; where it rests on rules that this program does not know, it says so. */
export function statusLabel(status: Status, kind: ReadKind | null): string {
  return status === 'under-verification' && kind !== null && unknownCode(kind) !== null
    ? '规则未知，不能判定'
    : STATUS_LABELS[status];
}

export interface Wording {
  readonly resources: Resources;
  /** Names of issuers by id, from the slice's reference pack. */
  readonly issuers: ReadonlyMap<number, string>;
}

/** One row of the store as the package words it. Everything in it is masked already. */
export function wordedRow(row: ExportSourceRow, { resources, issuers }: Wording): ExportRow {
  const kind = readWord(CERTIFICATE_KINDS, row.kind);
  const operation = row.category === null ? undefined : resources.operations.item(row.category);
  return {
    status: row.status,
    statusLabel: Object.hasOwn(STATUSES, row.status)
      ? statusLabel(row.status as Status, kind)
      : row.status,
    name: row.name,
    maskedId: row.maskedId,
    certificateNumberMasked: row.number,
    kindLabel: kindLabel(kind),
    categoryLabel: operation?.name ?? '',
    companyName: row.company ?? '',
    ...(row.uscc === null ? {} : { uscc: row.uscc }),
    regionName: resources.regions.fullName(row.region) ?? String(row.region),
    issuer: issuers.get(row.issuer) ?? '',
    validFrom: isoFromDay(row.validFrom),
    validTo: isoFromDay(row.validTo),
    ...(row.reviewDue === null ? {} : { reviewDue: isoFromDay(row.reviewDue) }),
  };
}
