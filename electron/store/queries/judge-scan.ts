import type { BatchRow } from '../../../shared/domain/batch/read-row';
import { maskName } from '../../../shared/domain/name/mask';
import { isRegionIn } from '../cube/row-filter';
import type { ScanJudged } from '../scan-calls';
import { sql } from '../sql/tag';
import { intOf, textOrNull } from '../sql/values';
import {
  certificatesOf,
  type JudgeDesk,
  judgeCertificate,
  judgeRow,
  readFound,
} from './judge-batch';

/** Certificates of one person that are told of. */
const MOST = 10;

/** Judges one paper or person, with the certificates that fit and whose they are. */
export function judgeScan(
  desk: JudgeDesk,
  row: BatchRow,
  certificateId: number | null,
): ScanJudged {
  const { db, scopes } = desk;
  const judged =
    certificateId === null ? judgeRow(desk, row) : judgeCertificate(desk, certificateId, row);
  const fitting = certificateId === null ? certificatesOf(desk, row) : [certificateId];
  const ids = [...new Set(fitting)].slice(0, MOST);
  const persons = new Set<number>();
  let holder: string | null = null;
  let company: string | null = null;
  const certificates = ids.flatMap((id) => {
    const found = readFound(desk, id);
    const about = db.get(sql`select c."holder", co."name", c."region", c.rev from certificate c
      left join company co on co.id = c."company" where c.id = ${id}`);
    if (found === undefined || about === undefined || !isRegionIn(intOf(about[2]), scopes))
      return [];
    persons.add(intOf(about[0]));
    holder ??= maskName(found.name);
    company ??= textOrNull(about[1]);
    const { kind, number, status, validTo } = found;
    return [{ id, kind, number, status, validTo, rev: intOf(about[3]) }];
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
