import { maskName } from '../../../shared/domain/name/mask';
import type { PersonFile } from '../../../shared/ipc/routes/dossiers';
import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { isRegionIn } from '../cube/row-filter';
import { sql } from '../sql/tag';
import { intOf, intOrNull, textOf, textOrNull } from '../sql/values';
import type { Desk } from './desk';
import { readRecord } from './record';

const MAX_CERTIFICATES = 50;

function partOf(record: CertificateRecord): PersonFile['certificates'][number] {
  const { item, issuer, firstIssue, reviewDone, hoursRequired, hoursDone, exams } = record;
  const last = exams[0];
  return {
    item,
    issuer,
    firstIssue,
    reviewDone,
    hoursRequired,
    hoursDone,
    exam:
      last === undefined
        ? null
        : {
            day: last.day,
            theory: last.theory,
            practice: last.practice,
            isPassed: last.isPassed,
          },
  };
}

/** One person with his certificates in scope, the one valid longest first; null where none is in scope. */
export function readPerson(desk: Desk, id: number): { readonly person: PersonFile | null } {
  const { db, scopes } = desk;
  const row = db.get(sql`
    select p."name", p.maskedId, p.maskedPhone, p."sex", p."company", co."name"
    from person p left join company co on co.id = p."company" where p.id = ${id}`);
  const held = db
    .all(
      sql`select id, "region" from certificate where "holder" = ${id} order by "validTo" desc, id`,
    )
    .filter((one) => isRegionIn(intOf(one[1]), scopes));
  if (row === undefined || held.length === 0) return { person: null };
  const records = held
    .slice(0, MAX_CERTIFICATES)
    .flatMap((one) => readRecord(desk, intOf(one[0])).record ?? []);
  const company = intOrNull(row[4]);
  const companyName = textOrNull(row[5]);
  return {
    person: {
      id,
      name: maskName(textOf(row[0])),
      maskedId: textOrNull(row[1]) ?? '',
      maskedPhone: textOrNull(row[2]),
      sex: row[3] === 2 ? 'female' : 'male',
      company: company === null || companyName === null ? null : { id: company, name: companyName },
      certificates: records.map(partOf),
      hasMore: held.length > MAX_CERTIFICATES,
    },
  };
}
