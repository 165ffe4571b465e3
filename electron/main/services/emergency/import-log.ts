import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogFault, readSealedLog, sealedLogKey } from '../../../crypto/sealed-log';
import {
  EMERGENCY_HEAD_FILE,
  EMERGENCY_IMPORTED_FILE,
  EMERGENCY_LOG_FILE,
  type EmergencyRecord,
  KEPT_LOG,
  readRecord,
} from '../../../store/emergency/log-record';
import type { ImportedAct } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import { laterMark, markOf, TIME_FACT } from '../unlock/clock-fact';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';

/** Acts that one call to the journal takes. */
const ACTS_PER_CALL = 500;
/** Fact of the journal: the highest time seen, UTC ms. */
/** Fact of the journal: what the last import found, as JSON. */
const REPORT_FACT = 'emergency.last-import';

/** What an import found. */
export interface ImportReport {
  readonly atMs: number;
  /** Acts that are in the journal now. */
  readonly acts: number;
  /** A write was cut off; nothing of it was ever shown. */
  readonly isTorn: boolean;
  /** From which record on the log does not hold; `missing`: the whole log was taken away. */
  readonly fault: { readonly kind: LogFault['kind'] | 'missing'; readonly seq: number } | null;
}

export interface ImportParts {
  readonly officeDir: string;
  readonly store: StoreCaller;
  isEmergency(): boolean;
  readonly log: ServiceLog;
}

/**
 * Takes what the emergency reader logged over into the journal, at the first unlock where the journal
 * opens. Each act is known by its log and number, so an import that was cut off is simply done again.
 * The log goes only after the journal holds it; one that was changed is kept beside and told.
 */
export class EmergencyImport implements SessionListener {
  private found: ImportReport | null = null;

  constructor(private readonly parts: ImportParts) {}

  /** What was wrong with a log imported in this session. */
  get fault(): ImportReport['fault'] {
    return this.found?.fault ?? null;
  }

  async opened({ keys }: OpenSession): Promise<void> {
    this.found = null;
    const region = keys.peek('region');
    if (this.parts.isEmergency() || region === undefined) return;
    const key = sealedLogKey(region);
    try {
      for (const name of await this.keptLogs()) await this.take(name, `${name}.head`, key);
      await this.take(EMERGENCY_LOG_FILE, EMERGENCY_HEAD_FILE, key);
    } catch (error) {
      // The log stays where it is; the next unlock tries again.
      this.parts.log.error('emergency log not imported', { detail: String(error) });
    } finally {
      key.fill(0);
    }
  }

  closing(): void {
    this.found = null;
  }

  /** What the last import found, in whichever session; null before the first. */
  async lastReport(): Promise<ImportReport | null> {
    const text = await this.parts.store.call('factGet', { name: REPORT_FACT });
    return text === null ? null : (JSON.parse(text) as ImportReport);
  }

  private async keptLogs(): Promise<string[]> {
    const names = await readdir(this.parts.officeDir);
    return names.filter((name) => name.startsWith(KEPT_LOG) && !name.endsWith('.head'));
  }

  private async take(name: string, headName: string, key: Uint8Array): Promise<void> {
    const file = await this.read(name);
    const head = await this.read(headName);
    if (file === null) {
      const isFiled = (await this.read(EMERGENCY_IMPORTED_FILE)) !== null;
      if (head !== null && !isFiled)
        await this.report(0, false, { kind: 'missing', seq: 1 }, 'unknown');
      await this.clear(head !== null && !isFiled ? headName : null);
      return;
    }
    const log = readSealedLog(file, head, key);
    log.sealer?.zero();
    const records = log.payloads.map(readRecord);
    const acts = await this.importActs(log.id, records);
    await this.importRest(records);
    await this.report(acts, log.isTorn, log.fault, log.id);
    if (log.fault === null) {
      await this.move(name, EMERGENCY_IMPORTED_FILE);
      await rm(this.path(headName), { force: true });
      await rm(this.path(EMERGENCY_IMPORTED_FILE), { force: true });
      return;
    }
    const filed = `emergency-audit.filed-${log.id || Date.now()}`;
    await this.move(name, filed);
    if (head !== null) await this.move(headName, `${filed}.head`);
  }

  /** After a crash between the steps of an import: the journal holds the log already. */
  private async clear(strayHead: string | null): Promise<void> {
    if (strayHead !== null) await this.move(strayHead, `emergency-audit.filed-${Date.now()}.head`);
    await rm(this.path(EMERGENCY_HEAD_FILE), { force: true });
    await rm(this.path(EMERGENCY_IMPORTED_FILE), { force: true });
  }

  private async importActs(id: string, records: readonly EmergencyRecord[]): Promise<number> {
    const acts: ImportedAct[] = [];
    for (const [i, { atMs, device, audit, log }] of records.entries()) {
      if (audit === undefined) continue;
      const source = `emergency:${id}:${i + 1}`;
      acts.push({ source, atMs, device, audit, ...(log === undefined ? {} : { log }) });
    }
    for (let from = 0; from < acts.length; from += ACTS_PER_CALL)
      await this.parts.store.call('auditImport', { acts: acts.slice(from, from + ACTS_PER_CALL) });
    return acts.length;
  }

  private async importRest(records: readonly EmergencyRecord[]): Promise<void> {
    const { store } = this.parts;
    let mark = markOf(await store.call('factGet', { name: TIME_FACT }));
    for (const { run, fact } of records) {
      if (run !== undefined) await store.call('syncRunAdd', run);
      if (fact?.name === TIME_FACT) mark = laterMark(mark, markOf(fact.value));
    }
    if (mark !== null)
      await store.call('factSet', { name: TIME_FACT, value: JSON.stringify(mark) });
  }

  private async report(
    acts: number,
    isTorn: boolean,
    fault: ImportReport['fault'],
    log: string,
  ): Promise<void> {
    const { store } = this.parts;
    const report: ImportReport = { atMs: Date.now(), acts, isTorn, fault };
    const payload = {
      log,
      acts,
      isTorn,
      ...(fault === null ? {} : { fault: fault.kind, from: fault.seq }),
    };
    await store.call('auditAppend', { kind: 'emergency-imported', actor: 'system', payload });
    await store.call('factSet', { name: REPORT_FACT, value: JSON.stringify(report) });
    this.found = fault !== null || this.found === null ? report : this.found;
  }

  private path(name: string): string {
    return join(this.parts.officeDir, name);
  }

  private read(name: string): Promise<Buffer | null> {
    return readFile(this.path(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  private move(from: string, to: string): Promise<void> {
    return rename(this.path(from), this.path(to));
  }
}
