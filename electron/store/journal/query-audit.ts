import type { AuditInput, QueryEntry } from '../protocol';

/** The audit entry of a look-up: how many, and of what was asked only what may be kept. */
export function queryAudit(entry: QueryEntry, userId: string): AuditInput {
  const payload: Record<string, unknown> = { count: entry.count };
  if (entry.text !== null) payload.text = entry.text;
  if (entry.tag !== null) payload.tag = entry.tag;
  if (entry.filter !== null) payload.filter = entry.filter;
  if (entry.subject !== null) payload.subject = entry.subject;
  return { kind: entry.kind, actor: userId, payload };
}
