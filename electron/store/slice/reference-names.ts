import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { type ReferencePack, ReferencePackSchema } from '../../../shared/protocol/manifest';
import { sha256Hex } from '../../crypto/one-shot-hash';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { textOrNull } from '../sql/values';

/** Fact of the slice: names of issuers and training bodies, as the server's pack has them. */
export const REFERENCE = 'reference-pack';

function storedText(db: ReadableDb): string | null {
  return textOrNull(db.value(sql`select value from sync_state where name = ${REFERENCE}`) ?? null);
}

/** The names that records show; null where there are none, or what is stored is no such list. */
export function readReference(db: ReadableDb): ReferencePack | null {
  const text = storedText(db);
  if (text === null) return null;
  try {
    const parsed = ReferencePackSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Somebody else wrote it: numbers are shown until the names are fetched again.
    return null;
  }
}

/**
 * SHA-256 over canonical JSON of a pack of names: what the server's manifest signs, and what has to come out of the names
 * that are stored. Null where there is no pack.
 */
export function hashOfNames(pack: unknown): string | null {
  return pack === null || pack === undefined
    ? null
    : sha256Hex(Buffer.from(canonicalJson(pack), 'utf8'));
}

/**
 * The hash of the names as they are stored now. The text is read each time, because somebody else may have written it; it
 * is hashed again only where it is another.
 */
export class NamesHash {
  private last: { readonly text: string; readonly hash: string | null } | undefined;

  of(db: ReadableDb): string | null {
    const text = storedText(db);
    if (text === null) return null;
    if (this.last?.text !== text) this.last = { text, hash: hashOfText(text) };
    return this.last.hash;
  }
}

function hashOfText(text: string): string {
  try {
    const hash = hashOfNames(JSON.parse(text));
    if (hash !== null) return hash;
  } catch {
    // No JSON: falls to the text itself, which is no list that a server signed.
  }
  return sha256Hex(Buffer.from(text, 'utf8'));
}

/** Puts a pack of names in the place of what is stored, with an entry for the log, in one transaction. */
export function putNames(db: WritableDb, pack: unknown, hash: string, atMs: number): void {
  db.transaction(() => {
    db.run(sql`insert or replace into sync_state values (${REFERENCE}, ${JSON.stringify(pack)})`);
    const payload = JSON.stringify({ names: hash });
    db.run(
      sql`insert or ignore into pending_audit values (${`names:${hash}:${atMs}`}, ${atMs}, 'names-fetched', 'system', ${payload})`,
    );
  });
}
