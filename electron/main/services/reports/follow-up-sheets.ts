import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import { type Day, isoFromDay } from '../../../../shared/kernel/day';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import { KIND_LABELS, STATUS_LABELS } from '../exports/labels';
import { reasonWords } from './reason-words';

/** An entry of the list and the certificate that it is about, as the store shows it now; null for none or one that is gone. */
export interface FollowUpLine {
  readonly entry: FollowUp;
  readonly item: CertificateItem | null;
}

/** To be ticked by hand. */
const TICK = '□';
const TITLE = '走访核查清单';

/** One sheet a company, by the number of its entries, then one for what is about no certificate. Masked as the pages are. */
export function followUpSheets(lines: readonly FollowUpLine[], today: Day): RecordSheet[] {
  const byCompany = new Map<string, FollowUpLine[]>();
  const others: FollowUpLine[] = [];
  for (const line of lines) {
    if (line.item === null) {
      others.push(line);
      continue;
    }
    const company = line.item.company ?? '';
    const known = byCompany.get(company) ?? [];
    known.push(line);
    byCompany.set(company, known);
  }
  const companies = [...byCompany].sort(([, a], [, b]) => b.length - a.length);
  const sheets = companies.map(([company, some]) => companySheet(company, some, today));
  return others.length === 0 ? sheets : [...sheets, otherSheet(others)];
}

function companySheet(company: string, lines: readonly FollowUpLine[], today: Day): RecordSheet {
  const items = lines.flatMap(({ item }) => (item === null ? [] : [item]));
  const isBad = items.some(({ validity }) => !['valid', 'expiring'].includes(validity.status));
  const notes = lines.flatMap(({ entry }, i) =>
    entry.note === '' ? [] : [[`${i + 1}`, entry.note]],
  );
  const reasons = lines.flatMap(({ entry: { reason } }, i) =>
    reason === undefined ? [] : [[`${i + 1}`, reasonWords(reason, today)]],
  );
  return {
    ...headOf(company === '' ? '无工作单位' : company, lines.length),
    status: isBad ? 'expired' : 'expiring',
    tables: [
      {
        title: '持证人员',
        columns: [
          ['序号', 0.06],
          ['姓名', 0.12],
          ['证书类型', 0.16],
          ['证书编号', 0.22],
          ['状态', 0.23],
          ['到岗', 0.07],
          ['相符', 0.07],
          ['整改', 0.07],
        ],
        rows: items.map((item, i) => [
          `${i + 1}`,
          item.name,
          KIND_LABELS[item.kind],
          item.number,
          `${STATUS_LABELS[item.validity.status]}，至 ${isoFromDay(item.validity.validTo)}`,
          TICK,
          TICK,
          TICK,
        ]),
        note: '',
      },
      ...(reasons.length === 0
        ? []
        : [
            {
              title: '走访原因',
              columns: [
                ['序号', 0.07],
                ['原因', 0.93],
              ] as [string, number][],
              rows: reasons,
              note: '',
            },
          ]),
      ...(notes.length === 0
        ? []
        : [
            {
              title: '走访前备注',
              columns: [
                ['序号', 0.07],
                ['备注', 0.93],
              ] as [string, number][],
              rows: notes,
              note: '',
            },
          ]),
      signatures(),
    ],
  };
}

function otherSheet(lines: readonly FollowUpLine[]): RecordSheet {
  return {
    ...headOf('其他走访事项', lines.length),
    status: 'expiring',
    tables: [
      {
        title: '事项',
        columns: [
          ['序号', 0.07],
          ['事项', 0.38],
          ['备注', 0.28],
          ['完成', 0.07],
          ['现场情况', 0.2],
        ],
        rows: lines.map(({ entry }, i) => [`${i + 1}`, entry.title, entry.note, TICK, '']),
        note: '',
      },
      signatures(),
    ],
  };
}

const headOf = (lead: string, count: number) => ({
  title: TITLE,
  statusLabel: `待走访 ${count} 项`,
  lead: lead.slice(0, 256),
  facts: [
    ['走访日期', '　　　　年　　月　　日'],
    ['走访人员', ''],
    ['现场负责人', ''],
  ] as [string, string][],
});

const signatures = () => ({
  title: '现场记录与签字',
  columns: [
    ['走访人签字', 0.34],
    ['企业负责人签字', 0.33],
    ['日期', 0.33],
  ] as [string, number][],
  rows: [
    ['　', '　', '　'],
    ['　', '　', '　'],
  ],
  note: '相符指人证一致；勾选和签字仅为手写记录，结果以系统中的现场核查为准。',
});
