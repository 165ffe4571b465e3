import { type EventType, type ReadEventType, unknownCode } from '../../../../shared/domain/model';
import type { CertificateRecord } from '../../../../shared/ipc/routes/records';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import { kindLabel, statusLabel } from '../exports/labels';
import type { Resources } from '../tables/resources';

/** Rows that a table on paper shows; the newest stand first. */
const MAX_ROWS = 20;

/** Official words of documents: Chinese whatever the page's language is. */
const EVENTS: Readonly<Record<EventType, string>> = {
  issued: '初领发证',
  renewed: '延期换证',
  reviewed: '复审合格',
  suspended: '暂停',
  resumed: '恢复',
  revoked: '吊销',
  withdrawn: '撤销',
  cancelled: '注销',
  corrected: '信息更正',
  moved: '转出辖区',
};
function eventLabel(type: ReadEventType): string {
  const code = unknownCode(type);
  return code === null ? EVENTS[type as EventType] : `未知变更（代码 ${code}）`;
}
const COURSES = { initial: '初次培训', annual: '年度再培训', review: '复审培训' } as const;
const SOURCES = {
  'provincial-system': '省级安全生产考核系统',
  'training-body': '培训机构报送',
  'national-platform': '国家平台',
} as const;
const CHAINS = {
  verified: '记录链完整',
  incomplete: '记录未接收完整',
  broken: '记录链不连续，请核对',
} as const;

/** One record as its page words it; everything in it is masked already. */
export function recordSheet(record: CertificateRecord, resources: Resources): RecordSheet {
  const { item } = record;
  return {
    title: kindLabel(item.kind),
    status: item.validity.status,
    statusLabel: statusLabel(item.validity.status, item.kind),
    lead: item.name,
    facts: factsOf(record, resources).map(([label, value]) => [label, value.slice(0, 500)]),
    tables: [trainingOf(record), examsOf(record), changesOf(record)],
  };
}

/** Said whatever the status is: a certificate that ended can be under verification too. */
function markOf({ mark }: CertificateRecord): string | null {
  return mark === null
    ? null
    : `核查中，自 ${isoFromDay(dayInShanghai(mark.sinceMs))} 起：${mark.reason}`;
}

function factsOf(record: CertificateRecord, resources: Resources): [string, string][] {
  const { item } = record;
  const { validity } = item;
  const category = item.category === null ? undefined : resources.operations.item(item.category);
  const due = validity.reviewDue;
  const lines: [string, string | null | undefined][] = [
    ['证书编号', item.number],
    ['证件号码', item.maskedId],
    ['性别', record.sex === 'male' ? '男' : '女'],
    ['作业类别', category?.name],
    ['工作单位', item.company],
    ['统一信用代码', record.uscc],
    ['发证地区', resources.regions.fullName(item.region) ?? item.region],
    ['签发机关', record.issuer],
    ['初领日期', isoFromDay(record.firstIssue)],
    ['有效期限', `${isoFromDay(validity.validFrom)} 至 ${isoFromDay(validity.validTo)}`],
    ['应复审日期', due === null ? null : isoFromDay(due)],
    ['复审日期', record.reviewDone === null ? null : isoFromDay(record.reviewDone)],
    ['状态原因', record.statusReason],
    ['平台核查', markOf(record)],
    ['培训机构', record.body],
    ['数据来源', `${SOURCES[record.source]}，第 ${record.rev} 版`],
  ];
  return lines.flatMap(([label, value]): [string, string][] =>
    value === null || value === undefined || value === '' ? [] : [[label, value]],
  );
}

type Table = RecordSheet['tables'][number];

const noteOf = (count: number, none: string): string =>
  count === 0 ? none : count > MAX_ROWS ? `另有 ${count - MAX_ROWS} 条未列出。` : '';

function trainingOf({ training, hoursDone, hoursRequired }: CertificateRecord): Table {
  const of = hoursRequired === null ? '' : `（本期 ${hoursDone}／${hoursRequired} 学时）`;
  return {
    title: `培训${of}`,
    columns: [
      ['日期', 0.2],
      ['课程', 0.25],
      ['学时', 0.15],
      ['培训机构', 0.4],
    ],
    rows: training
      .slice(0, MAX_ROWS)
      .map(({ day, course, hours, body }) => [isoFromDay(day), COURSES[course], `${hours}`, body]),
    note: noteOf(training.length, '没有培训记录。'),
  };
}

function examsOf({ exams }: CertificateRecord): Table {
  return {
    title: '考试',
    columns: [
      ['日期', 0.2],
      ['成绩', 0.25],
      ['结果', 0.15],
      ['考试机构', 0.4],
    ],
    rows: exams
      .slice(0, MAX_ROWS)
      .map(({ day, theory, practice, isPassed, body }) => [
        isoFromDay(day),
        `理论 ${theory}${practice === null ? '' : `　实操 ${practice}`}`,
        isPassed ? '合格' : '不合格',
        body,
      ]),
    note: noteOf(exams.length, '没有考试记录。'),
  };
}

function changesOf({ events, chain }: CertificateRecord): Table {
  const newest = [...events].reverse().slice(0, MAX_ROWS);
  return {
    title: `变更记录（${CHAINS[chain]}）`,
    columns: [
      ['日期', 0.16],
      ['事项', 0.16],
      ['办理机关', 0.3],
      ['文号', 0.2],
      ['校验值', 0.18],
    ],
    rows: newest.map(({ day, type, by, document, hash }) => [
      isoFromDay(day),
      eventLabel(type),
      by,
      document ?? '',
      hash,
    ]),
    note: noteOf(events.length, '没有变更记录。'),
  };
}
