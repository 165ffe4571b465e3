import type { BatchRow } from '../../../shared/domain/batch/read-row';
import { maskName } from '../../../shared/domain/name/mask';
import type { JudgedRow } from '../batch-calls';
import type { ScanJudged } from '../scan-calls';
import { sql } from '../sql/tag';
import { intOf, textOrNull } from '../sql/values';
import { certificatesOf, judgeFound, judgeRow } from './judge-batch';
import { type Found, findCertificates, findRow, type JudgeDesk } from './page-finds';

/** Certificates of one person that are told of. */
const MOST = 10;

/** Judges one paper or person, with the certificates that fit and whose they are. */
export function judgeScan(
  desk: JudgeDesk,
  row: BatchRow,
  certificateId: number | null,
): ScanJudged {
  const { judged, fitting } = judgeOne(desk, row, certificateId);
  const persons = new Set<number>();
  let holder: string | null = null;
  let company: string | null = null;
  const certificates = fitting.slice(0, MOST).flatMap((found) => {
    const { id, kind, number, status, validTo } = found;
    const about = desk.db.get(sql`select co."name", c.rev from certificate c
      left join company co on co.id = c."company" where c.id = ${id}`);
    if (about === undefined) return [];
    persons.add(found.holder);
    holder ??= maskName(found.name);
    company ??= textOrNull(about[0]);
    return [{ id, kind, number, status, validTo, rev: intOf(about[1]) }];
  });
  // Of several persons none is named.
  const isOne = persons.size === 1;
  const { verdict, reason } = judged;
  return {
    verdict,
    reason,
    certificates,
    holder: isOne ? holder : null,
    company: isOne ? company : null,
  };
}

function judgeOne(
  desk: JudgeDesk,
  row: BatchRow,
  certificateId: number | null,
): { readonly judged: JudgedRow; readonly fitting: readonly Found[] } {
  if (certificateId === null) {
    const finds = findRow(desk, row);
    return { judged: judgeRow(finds, row), fitting: certificatesOf(finds, row) };
  }
  const fitting = [...findCertificates(desk, [certificateId]).values()];
  return { judged: judgeFound(fitting, row), fitting };
}
