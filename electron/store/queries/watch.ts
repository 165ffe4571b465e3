import { createHash } from 'node:crypto';
import { maskName } from '../../../shared/domain/name/mask';
import { CORE_COLUMNS, coreRow } from '../cube/build';
import { isRegionIn, statusOf } from '../cube/row-filter';
import { statusCounts } from '../cube/scan';
import type { ReadStanding } from '../read-standing';
import { raw, sql } from '../sql/tag';
import { intOf, type SqlRow, textOf, textOrNull } from '../sql/values';
import type { Standing, Subject } from '../watch-calls';
import type { Desk } from './desk';
import { readItem } from './items';
import type { Search } from './search';

type RecordSubject = Exclude<Subject, { readonly kind: 'search' }>;

/** Rows of the subject's certificates: core columns, then the revision. */
function rowsOf({ db }: Desk, { kind, id }: RecordSubject): readonly SqlRow[] {
  const columns = raw(`${CORE_COLUMNS}, rev`);
  switch (kind) {
    case 'certificate':
      return db.all(sql`select ${columns} from certificate where id = ${id}`);
    case 'person':
      return db.all(sql`select ${columns} from certificate where "holder" = ${id} order by id`);
    case 'company':
      return db.all(sql`select ${columns} from certificate where "company" = ${id} order by id`);
  }
}

function labelOf(desk: Desk, { kind, id }: RecordSubject): string | null {
  const { db } = desk;
  if (kind === 'certificate') {
    const item = readItem(db, id, desk.rules);
    return item === undefined ? null : `${item.name} ${item.number}`;
  }
  if (kind === 'company')
    return textOrNull(db.value(sql`select "name" from company where id = ${id}`) ?? null);
  const row = db.get(sql`select "name", maskedId from person where id = ${id}`);
  return row === undefined ? null : `${maskName(textOf(row[0]))} ${textOrNull(row[1]) ?? ''}`;
}

function recordStanding(desk: Desk, subject: RecordSubject): Standing | null {
  const { cutoffs, marks } = desk.rules;
  const label = labelOf(desk, subject);
  const counts = new Uint32Array(16);
  const print = createHash('sha256');
  let count = 0;
  for (const found of rowsOf(desk, subject)) {
    const row = coreRow(found, marks);
    if (!isRegionIn(row.region, desk.scopes)) continue;
    const status = statusOf(row, cutoffs);
    counts[status] = (counts[status] ?? 0) + 1;
    count++;
    print.update(`${row.id} ${intOf(found[13])} ${status};`);
  }
  if (label === null || count === 0) return null;
  return { label, count, byStatus: statusCounts(counts), print: digest(print) };
}

const digest = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 32);

async function searchStanding(
  search: Search,
  { text, filter, known }: Extract<Subject, { readonly kind: 'search' }>,
): Promise<ReadStanding> {
  const { matches, log } = await search.watched(text, filter);
  const { ids, byStatus, total } = matches;
  const hash = createHash('sha256').update(ids).update(JSON.stringify(byStatus));
  const print = digest(hash);
  const standing = { label: null, count: total, byStatus, print };
  // What was told already tells nothing new: it is not logged again each time somebody looks.
  return { standing, log: log.tag === null || print === known ? null : log };
}

/** How the subjects stand, each within the session's scope. */
export async function readStandings(
  desk: Desk,
  search: Search,
  subjects: readonly Subject[],
): Promise<ReadStanding[]> {
  const standings: ReadStanding[] = [];
  for (const subject of subjects)
    standings.push(
      subject.kind === 'search'
        ? await searchStanding(search, subject)
        : { standing: recordStanding(desk, subject), log: null },
    );
  return standings;
}
