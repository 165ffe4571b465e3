import { createHash } from 'node:crypto';

/** Fact of the journal: the tag of the statements held, bound to those statements themselves. */
export const STATEMENTS_FACT = 'sync.statements-tag';

/** What is kept beside statements that came with a tag. */
export function tagStatements(tag: string | null, statements: readonly unknown[]): string {
  return tag === null ? '' : `${digestOf(statements)} ${tag}`;
}

/**
 * The tag to ask with; null where the statements held are not those that came with it (an older office.json was
 * put back, or others came by another way): then the server is asked for all of them.
 */
export function tagFor(kept: string | null, held: readonly unknown[]): string | null {
  const [digest, tag] = (kept ?? '').split(' ');
  return tag !== undefined && digest === digestOf(held) ? tag : null;
}

function digestOf(statements: readonly unknown[]): string {
  const sigs = statements.map((one) => String((one as { readonly sig?: unknown } | null)?.sig));
  return createHash('sha256').update(JSON.stringify(sigs), 'utf8').digest('hex');
}
