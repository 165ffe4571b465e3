import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import { type Day, dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import { kindLabel, statusLabel } from '../exports/labels';
import type { SignedBy } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';
import { reasonWords } from './reason-words';

/** An entry of the list and the certificate that it is about, as the store shows it now; null for none or one that is gone. */
export interface FollowUpLine {
  readonly entry: FollowUp;
  readonly item: CertificateItem | null;
}

/** To be ticked by hand. */
const TICK = '□';
const TITLE = '走访核查清单';

/** Lines company by company, the largest first, then what is about no certificate here, whose company is null. */
export function byCompany(
  lines: readonly FollowUpLine[],
): { readonly company: string | null; readonly lines: readonly FollowUpLine[] }[] {
  const groups = new Map<string, FollowUpLine[]>();
  const others: FollowUpLine[] = [];
  for (const line of lines) {
    if (line.item === null) {
      others.push(line);
      continue;
    }
    const company = line.item.company ?? '';
    const known = groups.get(company) ?? [];
    known.push(line);
    groups.set(company, known);
  }
  const companies = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const named = companies.map(([company, some]) => ({ company, lines: some }));
  return others.length === 0 ? named : [...named, { company: null, lines: others }];
}

/**
 * One sheet a company, by the number of its entries, then one for what is about no certificate. Masked as the pages are.
 * `by`: of a list that is signed as it is, with what was ticked off; without it a paper to tick by hand.
 */
export function followUpSheets(
  lines: readonly FollowUpLine[],
  today: Day,
  by?: SignedBy,
): RecordSheet[] {
  return byCompany(lines).map(({ company, lines: some }) =>
    company === null ? otherSheet(some, by) : companySheet(company, some, today, by),
  );
}

const doneDay = ({ entry: { doneMs } }: FollowUpLine): string =>
  doneMs === null ? '未完成' : isoFromDay(dayInShanghai(doneMs));

function companySheet(
  company: string,
  lines: readonly FollowUpLine[],
  today: Day,
  by: SignedBy | undefined,
): RecordSheet {
  const isBad = lines.some(
    ({ item }) => item !== null && !['valid', 'expiring'].includes(item.validity.status),
  );
  const notes = lines.flatMap(({ entry }, i) =>
    entry.note === '' ? [] : [[`${i + 1}`, entry.note]],
  );
  const reasons = lines.flatMap(({ entry: { reason } }, i) =>
    reason === undefined ? [] : [[`${i + 1}`, reasonWords(reason, today)]],
  );
  const ticks: readonly [string, number][] =
    by === undefined
      ? [
          ['到岗', 0.07],
          ['相符', 0.07],
          ['整改', 0.07],
        ]
      : [['完成', 0.21]];
  return {
    ...headOf(company === '' ? '无工作单位' : company, lines, by),
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
          ...ticks,
        ],
        rows: lines.flatMap((line, i) =>
          line.item === null ? [] : [[...cellsOf(line.item, i), ...ticksOf(line, by)]],
        ),
        note: '',
      },
      ...numbered('走访原因', '原因', reasons),
      ...numbered('走访前备注', '备注', notes),
      ...(by === undefined ? [signatures()] : []),
    ],
  };
}

const cellsOf = (item: CertificateItem, index: number): string[] => [
  `${index + 1}`,
  item.name,
  kindLabel(item.kind),
  item.number,
  `${statusLabel(item.validity.status, item.kind)}，至 ${isoFromDay(item.validity.validTo)}`,
];

const ticksOf = (line: FollowUpLine, by: SignedBy | undefined): string[] =>
  by === undefined ? [TICK, TICK, TICK] : [doneDay(line)];

/** A table of numbered words; none where there are none. */
const numbered = (title: string, heading: string, rows: string[][]): RecordSheet['tables'] =>
  rows.length === 0
    ? []
    : [
        {
          title,
          columns: [
            ['序号', 0.07],
            [heading, 0.93],
          ],
          rows,
          note: '',
        },
      ];

function otherSheet(lines: readonly FollowUpLine[], by: SignedBy | undefined): RecordSheet {
  return {
    ...headOf('其他走访事项', lines, by),
    status: 'expiring',
    tables: [
      {
        title: '事项',
        columns: [
          ['序号', 0.07],
          ['事项', 0.38],
          ['备注', by === undefined ? 0.28 : 0.4],
          ['完成', by === undefined ? 0.07 : 0.15],
          ...(by === undefined ? [['现场情况', 0.2] as [string, number]] : []),
        ],
        rows: lines.map((line, i) => [
          `${i + 1}`,
          line.entry.title,
          line.entry.note,
          ...(by === undefined ? [TICK, ''] : [doneDay(line)]),
        ]),
        note: '',
      },
      ...(by === undefined ? [signatures()] : []),
    ],
  };
}

function headOf(lead: string, lines: readonly FollowUpLine[], by: SignedBy | undefined) {
  const done = lines.filter(({ entry }) => entry.doneMs !== null).length;
  return {
    title: TITLE,
    statusLabel:
      by === undefined ? `待走访 ${lines.length} 项` : `走访 ${lines.length} 项，已完成 ${done} 项`,
    lead: lead.slice(0, 256),
    facts: (by === undefined
      ? [
          ['走访日期', '　　　　年　　月　　日'],
          ['走访人员', ''],
          ['现场负责人', ''],
        ]
      : [['签名', SIGNED_WORDS[by]]]) as [string, string][],
  };
}

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
