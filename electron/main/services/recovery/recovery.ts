import { join } from 'node:path';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { DiagnosisView } from '../../../../shared/ipc/routes/recovery';
import type { Diagnosis, SliceFault } from '../../../store/recovery/calls';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs, ServiceLog } from '../ports';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type DamageFile, readDamage, writeDamage } from './damage-file';
import { salvageInto, writeEvidence } from './evidence';
import { withKeysOf, withKeysOfFiles } from './file-keys';

const JOURNAL_FILE = 'journal.db';
const SLICE_FILE = 'slice.db';
/** Failures that say that a file needs a person's decision. */
const DAMAGE: readonly ErrorCode[] = [
  'STORE_CORRUPT',
  'STORE_MISSING',
  'STORE_KEY_WRONG',
  'STORE_FROM_FUTURE',
  'AUDIT_CHAIN_BROKEN',
];
/** Of these, the ones that a call of an open store may report. */
const FOUND_AT_WORK: readonly ErrorCode[] = ['STORE_CORRUPT', 'AUDIT_CHAIN_BROKEN'];

export interface RecoveryParts {
  readonly officeDir: string;
  readonly damageFile: string;
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** Name and version of this program. */
  readonly program: string;
  chooseFolder(): Promise<string | null>;
  lock(reason: 'damaged' | 'person'): void;
  /** Tells every page the new state. */
  announce(): Promise<void>;
  /** Opens the session again with the keys that were kept. */
  resume(session: OpenSession): Promise<void>;
}

export interface RecoveryView {
  readonly code: ErrorCode;
  readonly file: string;
}

/**
 * Damaged files wait for a person: nothing is repaired, replaced or deleted by itself, and every
 * choice is in the audit log. A session whose journal does not open is kept here with its keys until a
 * choice or the lock; one whose slice does not open goes on without it.
 */
export class RecoveryService implements SessionListener {
  private damage: DamageFile = { version: 1, found: null, acts: [] };
  private held: OpenSession | null = null;
  private slice: RecoveryView | null = null;
  private diagnosis: Diagnosis | null = null;

  constructor(private readonly parts: RecoveryParts) {}

  /** Reads what was found before. */
  async load(): Promise<void> {
    this.damage = await readDamage(this.parts.damageFile);
  }

  /** What the recovery page is about; null when nothing is open that needs it. */
  get view(): RecoveryView | null {
    if (this.slice !== null && this.parts.sessions.current !== null) return this.slice;
    if (this.held === null) return null;
    return { code: this.damage.found?.code ?? 'STORE_CORRUPT', file: JOURNAL_FILE };
  }

  get isHeld(): boolean {
    return this.held !== null;
  }

  get hasSliceFault(): boolean {
    return this.slice !== null;
  }

  get isSliceDamaged(): boolean {
    return this.damage.found?.file === SLICE_FILE;
  }

  /** Throws what was found in the journal before. */
  demandJournal(): void {
    const { found } = this.damage;
    if (found?.file === JOURNAL_FILE) throw new AppError(found.code, { file: found.file });
  }

  /** The store is open, with or without its slice. */
  storeOpened(fault: SliceFault | null): void {
    this.slice = fault === null ? null : { code: fault.code, file: fault.file };
    this.diagnosis = null;
    if (fault !== null)
      this.parts.log.warn('slice stays shut', { error: fault.code, detail: fault.detail });
  }

  /** Keeps a session whose journal did not open; false for any other failure. */
  async hold(session: OpenSession, error: unknown): Promise<boolean> {
    if (!(error instanceof AppError) || !DAMAGE.includes(error.code)) return false;
    if (error.params.file !== JOURNAL_FILE) return false;
    this.parts.log.warn('journal does not open', {
      error: error.code,
      detail: error.detail ?? '',
    });
    await this.note(error.code, JOURNAL_FILE);
    this.held = session;
    this.diagnosis = null;
    await this.parts.announce();
    return true;
  }

  /** The slice opened and could not be read: without a note every unlock would end like this one. */
  async metAtOpening(error: unknown): Promise<void> {
    if (!(error instanceof AppError) || error.code !== 'STORE_CORRUPT') return;
    if (error.params.file === SLICE_FILE) await this.note(error.code, SLICE_FILE);
  }

  /** A call of the open store failed: damage locks the desk, once. */
  found(code: ErrorCode, file: string): void {
    if (!FOUND_AT_WORK.includes(code) || this.parts.sessions.current === null) return;
    if (this.slice !== null || this.damage.found !== null) return;
    const named =
      file === JOURNAL_FILE || code === 'AUDIT_CHAIN_BROKEN' ? JOURNAL_FILE : SLICE_FILE;
    this.note(code, named)
      .catch((error: unknown) =>
        this.parts.log.error('damage not noted', { detail: String(error) }),
      )
      .finally(() => this.parts.lock('damaged'));
  }

  /** The lock: a kept session ends. */
  end(): void {
    this.held?.keys.zero();
    this.held = null;
    this.slice = null;
    this.diagnosis = null;
  }

  /** Acts of the time without a journal reach the audit log. */
  async opened(session: OpenSession): Promise<void> {
    const { acts } = this.damage;
    for (const { choice, actor, atMs } of acts) {
      const payload = { choice, doneMs: atMs, recordedBy: session.view.userId };
      await this.parts.store.call('auditAppend', { kind: 'recovery', actor, payload });
    }
    if (acts.length > 0) await this.save({ ...this.damage, acts: [] });
  }

  closing(): void {
    this.end();
  }

  /** Looks at every page of the office's files. Throws LOCKED before the password. */
  async diagnose(): Promise<DiagnosisView> {
    const { keys } = this.session();
    const { officeDir, store } = this.parts;
    const diagnosis = await withKeysOfFiles(keys, (copies) =>
      store.call('diagnose', { officeDir, keys: copies }),
    );
    this.diagnosis = diagnosis;
    return diagnosis as DiagnosisView;
  }

  /** Sets the damaged slice aside; the first load may begin. */
  async refetch(): Promise<void> {
    if (this.slice === null) throw new AppError('FORBIDDEN', {}, 'the slice is not damaged');
    const { store, officeDir, nowMs } = this.parts;
    const { code, file } = this.slice;
    const damagedPages = this.diagnosis?.slice?.damagedPages ?? null;
    await this.record('refetch', { code, file, damagedPages });
    await store.call('setAsideSlice', { officeDir, atMs: nowMs() });
    this.slice = null;
    await this.save({ ...this.damage, found: null });
    await this.parts.announce();
  }

  /**
   * Keeps what can be read of the damaged slice in a new one and sets the damaged one aside. The desk locks:
   * the next session opens the new one, and its synchronisation fetches what is missing.
   */
  async mend(): Promise<{ readonly rows: number }> {
    if (this.slice === null) throw new AppError('FORBIDDEN', {}, 'the slice is not damaged');
    const session = this.session();
    const { store, officeDir, nowMs } = this.parts;
    const { code, file } = this.slice;
    await this.record('mend', { code, file });
    const { rows } = await withKeysOf(session.keys, 'slice', (keys) =>
      store.call('salvageSlice', { officeDir, ...keys, atMs: nowMs() }),
    );
    await this.save({ ...this.damage, found: null });
    await this.goOn(session);
    return { rows };
  }

  /** Salvages and sets aside the journal that does not open, begins a new one and opens the session. */
  async renew(): Promise<{ readonly rows: number; readonly damagedPages: number }> {
    const { held } = this;
    if (held === null) throw new AppError('FORBIDDEN', {}, 'the journal is open');
    const { store, officeDir, nowMs } = this.parts;
    const input = {
      officeDir,
      userId: held.view.userId,
      deviceId: held.office.deviceId,
      fault: this.damage.found?.code ?? 'STORE_CORRUPT',
      atMs: nowMs(),
    };
    const report = await withKeysOf(held.keys, 'journal', (keys) =>
      store.call('renewJournal', { ...input, ...keys }),
    );
    await this.save({ ...this.damage, found: null });
    await this.goOn(held);
    const rows = Object.values(report.rows).reduce((sum, one) => sum + one, 0);
    return { rows, damagedPages: report.damagedPages };
  }

  /** Writes the evidence where the person says; null when he does not. */
  async exportEvidence(): Promise<string | null> {
    const session = this.session();
    const { view } = this;
    const folder = await this.parts.chooseFolder();
    if (folder === null) return null;
    const { officeDir, store, nowMs, program } = this.parts;
    const diagnosis = this.diagnosis ?? (await this.diagnose());
    await this.record('export', { file: view?.file ?? '' });
    const path = join(officeDir, view?.file ?? JOURNAL_FILE);
    return writeEvidence({
      folder,
      deviceId: session.office.deviceId,
      atMs: nowMs(),
      files: [path, `${path}-wal`],
      report: { program, office: session.office.office.code, fault: view, diagnosis },
      salvage: salvageInto(store, officeDir, session),
    });
  }

  /** Looks again; whole files open as if nothing had been. */
  async retry(): Promise<boolean> {
    const { held, view } = this;
    const { journal, slice } = await this.diagnose();
    const one = view?.file === JOURNAL_FILE ? journal : slice;
    const isWhole = one?.state === 'intact' && (one !== journal || this.isChainWhole);
    if (!isWhole) return false;
    await this.save({ ...this.damage, found: null });
    const session = held ?? this.session();
    await this.goOn(session);
    return true;
  }

  private get isChainWhole(): boolean {
    return this.diagnosis?.content?.audit.isIntact ?? false;
  }

  private async goOn(session: OpenSession): Promise<void> {
    if (this.held === null) {
      // The slice opens with the next session; the keys of this one are done with.
      this.parts.lock('person');
      return;
    }
    this.held = null;
    await this.parts.resume(session);
    await this.parts.announce();
  }

  private session(): OpenSession {
    const session = this.held ?? (this.slice === null ? null : this.parts.sessions.current);
    if (session === null) throw new AppError('LOCKED');
    return session;
  }

  /** Into the audit log, or beside it while there is none. */
  private async record(
    choice: string,
    payload: Readonly<Record<string, string | number | null>>,
  ): Promise<void> {
    const actor = this.session().view.userId;
    if (this.held === null) {
      const input = { kind: 'recovery', actor, payload: { choice, ...payload } };
      await this.parts.store.call('auditAppend', input);
      return;
    }
    const act = { choice, actor, atMs: this.parts.nowMs() };
    await this.save({ ...this.damage, acts: [...this.damage.acts, act] });
  }

  private note(code: ErrorCode, file: string): Promise<void> {
    const found = { code, file, atMs: this.parts.nowMs() };
    return this.save({ ...this.damage, found });
  }

  private async save(damage: DamageFile): Promise<void> {
    this.damage = damage;
    await writeDamage(this.parts.damageFile, damage);
  }
}
