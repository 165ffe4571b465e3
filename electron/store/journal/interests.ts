import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf } from '../sql/values';

/** Entries of the query log that count as lately. */
const LATELY = 2_000;

/** Certificates that people of this device looked at lately, the last one first, then those that they follow. */
export function certificatesOfInterest(db: ReadableDb, limit: number): readonly number[] {
  const seen = db.all(sql`select subject from query_log
    where id > (select coalesce(max(id), 0) - ${LATELY} from query_log) and subject is not null and kind in ('view', 'reveal') group by subject order by max(id) desc limit ${limit}`);
  const followed = db.all(sql`select cast(json_extract(body, '$.id') as integer) from saved_item
    where kind = 'favourite' and json_valid(body) and json_extract(body, '$.subject') = 'certificate'
      and json_type(body, '$.id') = 'integer'
    order by updatedMs desc limit ${limit}`);
  return [...new Set([...seen, ...followed].map((row) => intOf(row[0])))].slice(0, limit);
}
