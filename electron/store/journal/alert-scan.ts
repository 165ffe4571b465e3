import { z } from 'zod';
import type { Acknowledgement, AlertEvent } from '../../../shared/domain/alerts/alert';
import { AlertCollector, scannedSinceMs } from '../../../shared/domain/alerts/collector';
import { isLookedAt, readEvent } from '../../../shared/domain/alerts/read-event';
import { readAuditHeader } from '../../../shared/protocol/audit-chain';
import type { AlertCalls, FoundAlerts } from '../alert-calls';
import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, textOf, textOrNull } from '../sql/values';

/** Entries of one step: look-ups wait behind it in the journal's thread. */
const STEP = 200;
/** So many older entries in a row end the walk: a clock that was wrong for a while does not. */
const OLDER_IN_A_ROW = 1_000;
/** Far more than an office writes in six weeks. */
const MOST_ENTRIES = 200_000;
export const ACKNOWLEDGED = 'alert-acknowledged';

const AcknowledgedSchema = z.object({
  alert: z.string(),
  count: z.number(),
  note: z.string(),
});
type Input = AlertCalls['alertScan'][0];
type Held = { readonly event: AlertEvent; readonly isOriginal: boolean };

/**
 * A walk through the last weeks of the log. It reads from the end back, until a thousand in a row are older, because
 * entries are in their order but their times need not be; then what it read goes through the rules from the oldest on.
 */
export class AlertScan {
  private readonly held: Held[] = [];
  private readonly acknowledged = new Map<string, Acknowledgement & { readonly id: string }>();
  private readonly collector: AlertCollector;
  private before = Number.MAX_SAFE_INTEGER;
  private entries = 0;
  private olderInARow = 0;
  private isCut = false;
  private isRead = false;

  constructor(
    db: ReadableDb,
    private readonly input: Input,
  ) {
    const first = db.value(sql`select atMs from audit order by seq limit 1`);
    const logBeginsMs = first === undefined ? input.nowMs : intOf(first);
    this.collector = new AlertCollector({ ...input, logBeginsMs });
  }

  /** One step; what was found after the last one. */
  step(db: ReadableDb): FoundAlerts | null {
    if (!this.isRead) this.read(db);
    else
      for (let taken = 0; taken < STEP; taken++) {
        const next = this.held.pop();
        if (next === undefined) return this.found();
        this.collector.take(next.event, next.isOriginal);
      }
    return null;
  }

  private read(db: ReadableDb): void {
    const sinceMs = scannedSinceMs(this.input.nowMs);
    const rows = db.all(
      sql`select seq, header, payload, source from audit where seq < ${this.before} order by seq desc limit ${STEP}`,
    );
    let within = 0;
    for (const [seq, text, payload, source] of rows) {
      this.before = intOf(seq);
      // Who, when and what come out of what was signed over, as everywhere.
      const header = readAuditHeader(textOf(text));
      if (header === undefined || header.atMs < sinceMs) {
        this.olderInARow++;
        continue;
      }
      this.olderInARow = 0;
      within++;
      const { kind, actor, atMs } = header;
      const content = textOrNull(payload);
      if (kind === ACKNOWLEDGED) this.acknowledge(content, actor, atMs);
      if (!isLookedAt(kind)) continue;
      const event = readEvent({ kind, actor, atMs }, content);
      this.held.push({ event, isOriginal: source === null });
    }
    this.entries += within;
    this.isCut = this.entries >= MOST_ENTRIES;
    this.isRead = this.olderInARow >= OLDER_IN_A_ROW || rows.length < STEP || this.isCut;
  }

  /** Read from the end: the first word about an alert is the newest. */
  private acknowledge(payload: string | null, by: string, atMs: number): void {
    const said = AcknowledgedSchema.safeParse(payload === null ? null : JSON.parse(payload));
    if (!said.success || this.acknowledged.has(said.data.alert)) return;
    const { alert: id, count, note } = said.data;
    this.acknowledged.set(id, { id, count, by, atMs, note });
  }

  private found(): FoundAlerts {
    const { entries, isCut } = this;
    return {
      alerts: this.collector.alerts(),
      acknowledged: [...this.acknowledged.values()],
      entries,
      isCut,
    };
  }
}
