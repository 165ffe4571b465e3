import {
  needsRectification,
  rectificationRate,
  type SitePerson,
  type SiteVisit,
  sitePile,
} from '../../../../shared/domain/site/visit';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import type { SignedBy } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';
import { siteWord } from './site-sheet';

/** Rows of one table of a document. */
const CHUNK = 200;

const day = (value: number | null) => (value === null ? '' : isoFromDay(value));

/** The record of a visit as a document: first who has to put what right until when, then everybody. */
export function siteDocument(visit: SiteVisit, by: SignedBy): RecordSheet {
  const { people, place, startedMs } = visit;
  const { total, done } = rectificationRate(people, 0);
  const count = (pile: string) => people.filter((one) => sitePile(one.verdict) === pile).length;
  const due = people.filter(
    ({ dueDay, verdict }) => dueDay !== null || needsRectification(verdict),
  );
  return {
    title: '现场核查记录',
    status: due.length === 0 ? 'valid' : 'expired',
    statusLabel: total === 0 ? '无限期整改事项' : `限期整改 ${total} 人，已完成 ${done} 人`,
    lead: place,
    facts: [
      ['核查日期', isoFromDay(dayInShanghai(startedMs))],
      ['人数', `${people.length} 人`],
      ['有效', `${count('good')} 人`],
      ['即将到期', `${count('soon')} 人`],
      ['无效或未出示', `${count('bad')} 人`],
      ['待核实', `${count('unclear')} 人`],
      ['签名', SIGNED_WORDS[by]],
    ],
    tables: [
      {
        title: '缺证与限期整改',
        columns: [
          ['序号', 0.08],
          ['姓名', 0.14],
          ['单位', 0.3],
          ['缺证情况', 0.22],
          ['整改期限', 0.13],
          ['整改完成', 0.13],
        ],
        rows: due
          .slice(0, CHUNK)
          .map((one) => [
            String(one.n),
            one.name ?? '',
            one.company ?? '',
            siteWord(one.verdict),
            day(one.dueDay),
            day(one.doneDay),
          ]),
        note:
          due.length === 0
            ? '没有缺证或须整改的人员。'
            : due.length > CHUNK
              ? `另有 ${due.length - CHUNK} 人，见同名工作簿。`
              : '',
      },
      ...chunks(people).map((rows, index) => ({
        title: index === 0 ? '核查名册' : `核查名册（续 ${index}）`,
        columns: [
          ['序号', 0.08],
          ['姓名', 0.14],
          ['证件或证书号', 0.28],
          ['单位', 0.28],
          ['结果', 0.22],
        ] as [string, number][],
        rows: rows.map((one) => [
          String(one.n),
          one.name ?? '',
          one.number ?? '',
          one.company ?? '',
          siteWord(one.verdict),
        ]),
        note: '',
      })),
    ],
  };
}

function chunks(people: readonly SitePerson[]): (readonly SitePerson[])[] {
  return Array.from({ length: Math.ceil(people.length / CHUNK) }, (_, i) =>
    people.slice(i * CHUNK, (i + 1) * CHUNK),
  );
}
