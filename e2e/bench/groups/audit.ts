import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextAuditKey } from '../../../electron/crypto/audit-chain';
import type { AuditCalls, AuditFilter } from '../../../electron/store/audit-calls';
import { AlertScan } from '../../../electron/store/journal/alert-scan';
import { appendAudit } from '../../../electron/store/journal/audit';
import { auditPage, auditWalk } from '../../../electron/store/journal/audit-view';
import { Journal } from '../../../electron/store/journal/journal';
import type { StoreSession } from '../../../electron/store/protocol';
import { FileKeys } from '../../../electron/store/rekey/file-keys';
import { ALERT_POLICY } from '../../../shared/domain/alerts/alert';
import { REVEAL_LIMITS } from '../../../shared/domain/policy/reveal-limits';
import { AUDIT_START } from '../../../shared/protocol/audit-chain';
import { median, timeMs } from '../frame/measure';
import type { BenchGroup } from './context';

const ENTRIES = 100_000;
const AT_ONCE = 5_000;
/** As the service asks. */
const WALKED = 400;
const RUNS = 5;
const HOUR_MS = 3_600_000;
/** Six weeks in all. */
const APART_MS = Math.floor((41 * 24 * HOUR_MS) / ENTRIES);
const KINDS = ['query', 'view', 'view', 'reveal', 'scan'] as const;
const session: StoreSession = {
  userId: 'u0',
  badge: 'B0',
  name: '审',
  role: 'head',
  regions: ['33'],
  deviceId: 'D-1',
};

/** A log of a hundred thousand entries: pages of it, a rare act in it, the whole verification, the walk for alerts. */
export const audit: BenchGroup = {
  async run({ report }) {
    const officeDir = mkdtempSync(join(tmpdir(), 'fieldcert-bench-audit-'));
    const firstKey = new Uint8Array(32).fill(7);
    const keys = new FileKeys(new Uint8Array(32).fill(9), null);
    const journal = Journal.open(
      { officeDir, keys, create: true, firstKey: firstKey.slice(), sliceKeys: [] },
      session,
      REVEAL_LIMITS,
    );
    try {
      const nowMs = Date.now();
      for (let from = 0; from < ENTRIES; from += AT_ONCE) fill(journal, from, nowMs);
      const page = (filter: AuditFilter) => {
        let before: number | null = null;
        let rows = 0;
        do {
          const input: AuditCalls['auditPage'][0] = { before, limit: 60 - rows, filter };
          const step: AuditCalls['auditPage'][1] = journal.reading(auditPage, input);
          rows += step.rows.length;
          before = step.next;
        } while (rows < 60 && before !== null);
      };
      report.add('audit.page_ms', await middle(() => page({})), null, 'ms');
      report.add('audit.rare_page_ms', await middle(() => page({ kinds: ['login'] })), null, 'ms');
      for (const [name, key] of [
        ['audit.verify_s', undefined],
        ['audit.verify_keyed_s', firstKey],
      ] as const) {
        const ms = await timeMs(() => Promise.resolve(verify(journal, key)));
        report.add(name, ms / 1_000, null, 's');
      }
      const steps: number[] = [];
      const input = { isNew: true, nowMs, offsetMs: 8 * HOUR_MS, policy: ALERT_POLICY };
      let scan: AlertScan | undefined;
      for (let isDone = false; !isDone; ) {
        const ms = await timeMs(() => {
          isDone = journal.reading((db) => {
            scan ??= new AlertScan(db, input);
            return scan.step(db) !== null;
          }, input);
          return Promise.resolve();
        });
        steps.push(ms);
      }
      report.add('audit.alerts_s', steps.reduce((all, ms) => all + ms, 0) / 1_000, null, 's');
      report.add('audit.alerts.longest_step_ms', Math.max(...steps), null, 'ms');
    } finally {
      journal.close();
      rmSync(officeDir, { recursive: true, force: true });
    }
  },
};

function fill(journal: Journal, from: number, nowMs: number): void {
  journal.reading((db) => {
    db.transaction(() => {
      for (let i = from; i < from + AT_ONCE; i++) {
        const kind = i % 1_000 === 0 ? 'login' : (KINDS[i % KINDS.length] ?? 'query');
        const payload = {
          subject: i % 4_000,
          certificateId: i % 4_000,
          count: 1,
          text: '古丽娜尔',
        };
        const atMs = nowMs - (ENTRIES - i) * APART_MS;
        appendAudit(db, session.deviceId, { kind, actor: `u${i % 5}`, payload }, atMs);
      }
    });
  }, null);
}

function verify(journal: Journal, firstKey: Uint8Array | undefined): void {
  let after = AUDIT_START;
  let key = firstKey;
  for (;;) {
    const given = key === undefined ? {} : { key: key.slice() };
    const step = journal.reading(auditWalk, { after, limit: WALKED, ...given });
    if (step.broken !== null) throw new Error(`the log breaks at ${step.broken.seq}`);
    for (let seq = after.seq; key !== undefined && seq < step.head.seq; seq++)
      key = nextAuditKey(key);
    after = step.head;
    if (step.isEnd) break;
  }
  if (after.seq !== ENTRIES) throw new Error(`verified ${after.seq} entries`);
}

async function middle(act: () => void): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++)
    times.push(
      await timeMs(() => {
        act();
        return Promise.resolve();
      }),
    );
  return median(times);
}
