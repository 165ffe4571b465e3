import {
  needsRectification,
  rectificationRate,
  type SitePerson,
  type SiteVisit,
  sitePile,
} from '../../../../shared/domain/site/visit';
import { isoFromDay } from '../../../../shared/kernel/day';
import { shanghaiTime } from '../../../jobs/package/pdf/shanghai-time';
import type { RecordSheet } from '../../../jobs/package/pdf/sheet-schema';
import type { SignedBy } from '../signed-files/signed-files';
import { SIGNED_WORDS } from '../signed-files/signed-words';
import { sinceWords, siteWord, visitTime } from './site-sheet';

/** Rows of one table of a document. */
const CHUNK = 200;

const day = (value: number | null) => (value === null ? '' : isoFromDay(value));

/**
 * The record of a visit as a document: first who has to put what right until when, then everybody. `lapsed`: numbers of the
 * people who were let pass then and would not be when it is saved.
 */
export function siteDocument(
  visit: SiteVisit,
  by: SignedBy,
  lapsed: readonly number[],
): RecordSheet {
  const { people, place } = visit;
  const { total, done } = rectificationRate(people, 0);
  const count = (pile: string) => people.filter((one) => sitePile(one.verdict) === pile).length;
  const due = people.filter(
    ({ dueDay, verdict }) => dueDay !== null || needsRectification(verdict),
  );
  const unclear = people.filter(({ verdict }) => sitePile(verdict) === 'unclear');
  const words = total === 0 ? '无限期整改事项' : `限期整改 ${total} 人，已完成 ${done} 人`;
  return {
    title: '现场核查记录',
    // Green is for a visit of which nothing is open: not with people of whom nobody knows whether they may work.
    status: due.length > 0 ? 'expired' : unclear.length + lapsed.length > 0 ? 'expiring' : 'valid',
    statusLabel: unclear.length === 0 ? words : `${words}，待核实 ${unclear.length} 人`,
    lead: place,
    facts: [
      ['核查时间', visitTime(visit)],
      ['说明', sinceWords(lapsed)],
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
      ...(unclear.length === 0 ? [] : [roster('待核实', unclear.slice(0, CHUNK), unclear.length)]),
      ...chunks(people).map((rows, index) =>
        roster(index === 0 ? '核查名册' : `核查名册（续 ${index}）`, rows),
      ),
    ],
  };
}

/** People with what was found of them and when; `total` where not all are on the table. */
function roster(
  title: string,
  rows: readonly SitePerson[],
  total = rows.length,
): RecordSheet['tables'][number] {
  return {
    title,
    columns: [
      ['序号', 0.07],
      ['姓名', 0.12],
      ['证件或证书号', 0.25],
      ['单位', 0.22],
      ['结果', 0.17],
      ['核查时间', 0.17],
    ],
    rows: rows.map((one) => [
      String(one.n),
      one.name ?? '',
      one.number ?? '',
      one.company ?? '',
      siteWord(one.verdict),
      shanghaiTime(one.atMs),
    ]),
    note: total > rows.length ? `另有 ${total - rows.length} 人，见同名工作簿。` : '',
  };
}

function chunks(people: readonly SitePerson[]): (readonly SitePerson[])[] {
  return Array.from({ length: Math.ceil(people.length / CHUNK) }, (_, i) =>
    people.slice(i * CHUNK, (i + 1) * CHUNK),
  );
}
