import { z } from 'zod';
import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { openSaved } from './saved-items';

/** Entries of the query log that count as lately. */
const LATELY = 2_000;

/** Certificates that people of this device looked at lately, the last one first, then those that they follow. */
export function certificatesOfInterest(db: ReadableDb, limit: number): readonly number[] {
  const seen = db.all(sql`select subject from query_log
    where id > (select coalesce(max(id), 0) - ${LATELY} from query_log) and subject is not null and kind in ('view', 'reveal') group by subject order by max(id) desc limit ${limit}`);
  const followed = db
    .all(
      sql`select id, userId, body from saved_item where kind = 'favourite' and body <> '' order by updatedMs desc`,
    )
    .flatMap(([id, owner, body]) => {
      const of = { item: textOf(id), userId: textOf(owner) };
      return certificateIn(openSaved(db, of, 'body', textOf(body)));
    })
    .slice(0, limit);
  return [...new Set([...seen.map((row) => intOf(row[0])), ...followed])].slice(0, limit);
}

const FavouriteSchema = z.object({ subject: z.literal('certificate'), id: z.int() });

/** The certificate that a saved favourite is of; of anything else, or one that was altered, none. */
function certificateIn(body: string | null): readonly number[] {
  try {
    const found = FavouriteSchema.safeParse(JSON.parse(body ?? 'null'));
    return found.success ? [found.data.id] : [];
  } catch {
    return [];
  }
}
