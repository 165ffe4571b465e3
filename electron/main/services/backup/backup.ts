import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { BackupStatus, CopyProof } from '../../../../shared/ipc/routes/backup';
import type { HighestSeen } from '../../../platform/clock';
import { isPlaceThere, setName } from '../../../store/backup/place';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, ServiceLog } from '../ports';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import {
  type BackupFacts,
  readFacts,
  readUnchecked,
  writeFacts,
  writeUnchecked,
} from './backup-facts';
import { adoptPlace } from './choose-place';
import { listGenerations } from './generations';
import { dueOf, isSpared, STALE_DAYS } from './schedule';
import { TaskMeter } from './task-meter';

const KEEP_CHAINS = 4;
/** The first look after an unlock leaves the desk time to become usable. */
const FIRST_LOOK_MS = 30_000;
const AFTER_FAILURE_MS = 3_600_000;
const LOOK_EVERY_MS = 10 * 60_000;
/** What a proof may say of the copy itself, rather than of the room or the time for it. */
const AGAINST_THE_COPY: readonly ErrorCode[] = [
  'BACKUP_ALTERED',
  'BACKUP_INCOMPLETE',
  'BACKUP_CHECK_FAILED',
  'AUDIT_CHAIN_BROKEN',
  'STORE_CORRUPT',
];

export interface BackupParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly officeDir: string;
  /** Folder beside the office's, where copies are put together. */
  readonly workDir: string;
  /** Where evidence waits for the server. */
  readonly evidenceDir: string;
  readonly program: string;
  chooseFolder(): Promise<string | null>;
}

type Task = 'backup' | 'verify' | 'drill';

/** Backups of the open session: by the calendar, made up for at unlock, and by request. */
export class BackupService implements SessionListener {
  private running: { readonly meter: TaskMeter; readonly ended: Promise<void> } | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly parts: BackupParts) {
    parts.store.onEvent((event) => {
      if (event.event !== 'backup-progressed' || this.running === null) return;
      parts.events.emit('backup.progressed', this.running.meter.take(event));
    });
  }

  opened(): void {
    this.lookAgainIn(FIRST_LOOK_MS);
  }

  async closing(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.cancel();
  }

  async status(): Promise<BackupStatus> {
    const { store, sessions, clock } = this.parts;
    const session = sessions.demand();
    const facts = await readFacts(store);
    const { place } = facts;
    const isThere = place !== null && isPlaceThere(place.path, place.id);
    const due = dueOf(facts, clock.highestMs());
    return {
      place: place === null ? null : basename(place.path) || place.path,
      isPlaceThere: isThere,
      freeBytes: isThere ? await freeBytes(place.path) : null,
      lastMs: facts.lastMs,
      lastFullMs: facts.lastFullMs,
      nextMs: due.nextMs,
      nextKind: due.kind,
      isStale: due.isStale,
      staleDays: STALE_DAYS,
      failure: facts.failure,
      generations: isThere ? this.generations(place.path, session) : [],
      running: this.running?.meter.current ?? null,
      verified: facts.verified,
      drilled: facts.drilled,
    };
  }

  /** Lets the person choose where backups go; false when nothing was chosen. */
  async choosePlace(): Promise<boolean> {
    const path = await this.parts.chooseFolder();
    if (path === null) return false;
    const place = await adoptPlace(path);
    const facts = await readFacts(this.parts.store);
    const isNew = facts.place?.id !== place.id;
    // What another place has says nothing about this one.
    const fresh = { lastMs: null, lastFullMs: null, sinceMs: this.parts.clock.highestMs() };
    await this.save({ ...facts, ...(isNew ? fresh : {}), place, failure: null });
    await this.tellChanged();
    return true;
  }

  /** Starts a backup; the end comes as an event. Throws BUSY, BACKUP_NO_PLACE or BACKUP_PLACE_MISSING. */
  async start(kind: 'full' | 'incremental'): Promise<void> {
    const facts = await readFacts(this.parts.store);
    const place = demandPlace(facts);
    this.perform('backup', (session) => this.backUp(session, place, kind));
  }

  /** Starts a proof of one generation. Throws as start. */
  async verify(generation: number, isDrill: boolean): Promise<void> {
    const place = demandPlace(await readFacts(this.parts.store));
    this.perform(isDrill ? 'drill' : 'verify', async (session) => {
      await this.prove(session, place.path, generation, isDrill);
    });
  }

  async cancel(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    await this.parts.store.call('backupCancel', {}).catch(() => undefined);
    await running.ended;
  }

  private perform(task: Task, act: (session: OpenSession) => Promise<void>): void {
    if (this.running !== null) throw new AppError('BUSY');
    const session = this.parts.sessions.demand();
    const meter = new TaskMeter(task, Date.now);
    const ended = act(session)
      .catch((cause: unknown) => this.noteFailure(task, cause))
      .finally(async () => {
        this.running = null;
        await this.tellChanged();
      });
    this.running = { meter, ended };
    this.parts.events.emit('backup.progressed', meter.current);
  }

  private async backUp(
    session: OpenSession,
    place: NonNullable<BackupFacts['place']>,
    kind: 'full' | 'incremental',
  ): Promise<void> {
    const { store, officeDir, clock, program } = this.parts;
    const { office, view } = session;
    const nowMs = clock.highestMs();
    const { code, name } = office.office;
    const outcome = await store.call('backupRun', {
      place: place.path,
      placeId: place.id,
      officeDir,
      evidenceDir: this.parts.evidenceDir,
      office: { code, name },
      deviceId: office.deviceId,
      kind,
      program,
      nowMs,
    });
    const isGood = outcome.isChecked;
    const isFull = outcome.kind === 'full';
    const { generation, bytes, stored } = outcome;
    const payload = { generation, kind: outcome.kind, bytes, stored, isChecked: isGood };
    await store.call('auditAppend', { kind: 'backup', actor: view.userId, payload });
    // What the next days build on counts when it was proved by opening it, with the chain below it, and not before.
    // What is refused or cut off by a lock is due again at once.
    if (isGood) await this.proveNew(session, place.path, generation);
    else await writeUnchecked(store, { place: place.id, atMs: nowMs });
    const facts = await readFacts(store);
    await this.save({
      ...facts,
      failure: null,
      lastMs: isGood ? nowMs : facts.lastMs,
      lastFullMs: isGood && isFull ? nowMs : facts.lastFullMs,
    });
  }

  /**
   * Nothing is built on a chain that does not open: the next backup is a full one. Only one that does makes room: what
   * was refused, however often it is tried, puts no former chain out.
   */
  private async proveNew(session: OpenSession, place: string, generation: number): Promise<void> {
    try {
      const proof = await this.prove(session, place, generation, false);
      if (proof.isSliceProven) await this.makeRoom(session, place);
    } catch (error) {
      if (error instanceof AppError && AGAINST_THE_COPY.includes(error.code))
        await this.save({ ...(await readFacts(this.parts.store)), lastFullMs: null });
      throw error;
    }
  }

  private async makeRoom({ office, view }: OpenSession, place: string): Promise<void> {
    const { store } = this.parts;
    const set = setName(office.office.code, office.deviceId);
    const { removed } = await store.call('backupPrune', { place, set, keepChains: KEEP_CHAINS });
    if (removed === 0) return;
    const payload = { removed, keepChains: KEEP_CHAINS };
    await store.call('auditAppend', { kind: 'backup', actor: view.userId, payload });
  }

  private async prove(
    session: OpenSession,
    place: string,
    generation: number,
    isDrill: boolean,
  ): Promise<CopyProof> {
    const { store, workDir, clock } = this.parts;
    const { office, view } = session;
    const { userId } = view;
    const { deviceId } = office;
    const report = await store.call('backupVerify', {
      place,
      set: setName(office.office.code, deviceId),
      generation,
      workDir,
      drill: isDrill ? { userId, deviceId } : null,
    });
    const proof: CopyProof = { ...report, atMs: clock.highestMs() };
    const facts = await readFacts(store);
    await this.save({ ...facts, ...(isDrill ? { drilled: proof } : { verified: proof }) });
    const kind = isDrill ? 'backup-drill' : 'backup-verify';
    await store.call('auditAppend', { kind, actor: userId, payload: { ...proof } });
    return proof;
  }

  private async noteFailure(task: Task, cause: unknown): Promise<void> {
    const error = cause instanceof AppError ? cause : new AppError('INTERNAL', {}, String(cause));
    if (error.code === 'CANCELLED') return;
    const { store, log, clock } = this.parts;
    log.warn(`${task} failed`, { error: error.code, detail: error.detail ?? '' });
    const failure = { atMs: clock.highestMs(), code: error.code, params: { ...error.params } };
    await readFacts(store)
      .then((facts) => this.save({ ...facts, failure }))
      .catch(() => undefined);
  }

  private lookAgainIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.lookAgainIn(LOOK_EVERY_MS);
      void this.startWhenDue().catch((error: unknown) => {
        this.parts.log.warn('backup not started', { reason: String(error) });
      });
    }, ms);
    this.timer.unref();
  }

  /** A missing stick is a state that the page shows, not a failure every ten minutes. */
  private async startWhenDue(): Promise<void> {
    const { store, clock, officeDir } = this.parts;
    if (this.running !== null || !existsSync(join(officeDir, 'slice.db'))) return;
    const facts = await readFacts(store);
    const { place } = facts;
    const { nextMs, kind } = dueOf(facts, clock.highestMs());
    const nowMs = clock.highestMs();
    if (place === null || nextMs === null || nextMs > nowMs) return;
    // A bad or full stick is not written to over and over: a person may try at any time.
    const sinceFailureMs = facts.failure === null ? -1 : nowMs - facts.failure.atMs;
    if (sinceFailureMs >= 0 && sinceFailureMs < AFTER_FAILURE_MS) return;
    if (!isPlaceThere(place.path, place.id)) return;
    // Copies that nobody could open are as many as the calendar's, not one for every look of a long session.
    const { current } = this.parts.sessions;
    const unchecked = await readUnchecked(store, place.id);
    if (current === null || (isSpared(unchecked, nowMs) && !holdsRecords(current))) return;
    this.perform('backup', (session) => this.backUp(session, place, kind));
  }

  private generations(place: string, session: OpenSession): BackupStatus['generations'] {
    const key = session.keys.copy('journal');
    try {
      const { office } = session;
      return listGenerations(place, setName(office.office.code, office.deviceId), key);
    } catch (error) {
      this.parts.log.warn('generations not read', { detail: String(error) });
      return [];
    } finally {
      key.fill(0);
    }
  }

  private save(facts: BackupFacts): Promise<void> {
    return writeFacts(this.parts.store, facts);
  }

  private async tellChanged(): Promise<void> {
    if (this.parts.sessions.current === null) return;
    // The session may end while the store is asked; then there is nobody to tell.
    const status = await this.status().catch(() => null);
    if (status !== null) this.parts.events.emit('backup.changed', status);
  }
}

/** Whose session has the slice's key: what it copies is verified page by page. */
const holdsRecords = ({ keys }: OpenSession): boolean => keys.names().includes('slice');

function demandPlace({ place }: BackupFacts): NonNullable<BackupFacts['place']> {
  if (place === null) throw new AppError('BACKUP_NO_PLACE');
  if (!isPlaceThere(place.path, place.id)) throw new AppError('BACKUP_PLACE_MISSING');
  return place;
}

async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return Number(bavail) * Number(bsize);
  } catch {
    return null;
  }
}
