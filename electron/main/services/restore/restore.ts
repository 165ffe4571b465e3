import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type {
  BackupChoice,
  PresentData,
  Restored,
  RestoreOutcome,
} from '../../../../shared/ipc/routes/restore';
import { keyBytes } from '../../../crypto/key-bytes';
import type { KeyRing } from '../../../crypto/key-ring';
import { Keyslots } from '../../../crypto/keyslots';
import type { CopyReport, RestoreKeys } from '../../../store/backup/calls';
import type { StartedStore } from '../../clients/store-client';
import { TaskMeter } from '../backup/task-meter';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { RecoverInput, RecoverParts } from '../unlock/recover';
import { Choices, type Chosen } from './choices';
import { finishFolder } from './finish-folder';
import { openByParts, renewWayIn } from './open-by-parts';
import { backupSlots, journalKeyOf, officeOf, recoveryKeyOf, slotsCopy } from './opened-backup';
import { putAside } from './put-aside';
import type { RestoreGate } from './restore-gate';
import { clearRestoring, isDecided, restoringDir, swapIn } from './swap';
import { type RestoreSecrets, trySlot } from './try-slot';

/** Opened keys are forgotten when nobody goes on. */
const FORGET_MS = 10 * 60_000;

export interface RestoreParts extends Omit<RecoverParts, 'keyslots'> {
  /** Folder of the real or the practice office. */
  officeDir(isPractice: boolean): string;
  /** Code of the office of this device; null where there is none or its file cannot be read. */
  officeCode(): string | null;
  /** Copies of keyslots, in which tries are counted. */
  readonly slotsDir: string;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  readonly opensRealOffices: boolean;
  startStore(): StartedStore;
  chooseFolder(): Promise<string | null>;
  /** Shut while a restore runs. */
  readonly gate: RestoreGate;
  /** Ends an open session: its files are about to be replaced. Throws BUSY while the device is wiped. */
  lock(): Promise<void>;
  /** Reads the office from the disk again and tells the pages. */
  reload(): Promise<unknown>;
}

interface Opened {
  readonly chosen: Chosen;
  readonly ring: KeyRing;
  readonly journalKey: Uint8Array;
  readonly office: OfficeFile;
  readonly officeDir: string;
  readonly userId: string;
  readonly by: 'password' | 'recovery-key';
  readonly present: PresentData | null;
  /**
   * Whose keyslots go on: the present ones where they open to the same keys (they know the people of today), those of
   * the backup, or a copy of these with a new way in that the recovery key made.
   */
  readonly keyslots: 'present' | 'backup' | 'renewed';
}

/** An opened backup before it was checked against its own office. */
interface Candidate extends Pick<Opened, 'chosen' | 'ring' | 'userId' | 'by'> {
  readonly slots: Keyslots;
}

/**
 * Restores a backup, locked or on a device without an office. The backup's own keyslots decide who may. The present
 * office is only read until the new folder is complete and proved; then it is kept under another name.
 */
export class RestoreService {
  private readonly choices = new Choices();
  private opened: Opened | null = null;
  private forgetting: NodeJS.Timeout | null = null;
  private running: StartedStore | null = null;
  private isCancelled = false;

  constructor(private readonly parts: RestoreParts) {}

  /** Lets the person choose a place; null when nothing was chosen. */
  async choose(): Promise<BackupChoice[] | null> {
    const place = await this.parts.chooseFolder();
    this.parts.gate.demandOpen();
    if (place === null) return null;
    this.forget();
    return this.choices.list(place, this.parts.officeCode());
  }

  /** People whose password, with their U-Key where they had one, opens a backup. */
  async pick(id: string): Promise<RouteOutput<'restore.pick'>> {
    const slots = await backupSlots(this.choices.demand(id), this.parts.slotsDir);
    const people = slots.slots().map(({ badge, displayName, token }) => ({
      badge,
      name: displayName,
      token:
        token === undefined ? null : { serialTail: token.serial.slice(-4), keyRef: token.keyRef },
    }));
    return { people, recoveryKey: recoveryKeyOf(slots) };
  }

  /** Opens a backup by a person's secrets at the time, which are zeroed. */
  async open(id: string, secrets: RestoreSecrets): Promise<RestoreOutcome> {
    try {
      this.parts.gate.demandOpen();
      this.forget();
      const chosen = this.choices.demand(id);
      const slots = await backupSlots(chosen, this.parts.slotsDir);
      const slot = slots.slots().find((one) => one.badge === secrets.badge);
      if (slot === undefined) throw new AppError('USER_UNKNOWN');
      const tried = await this.trySlot(slots, secrets);
      if (!tried.ok) return tried.error;
      const ring = tried.value;
      try {
        const { userId } = slot;
        const by = 'password';
        return await this.adopt({ chosen, slots, ring, userId, by }, (officeDir) =>
          this.fitsPresent(officeDir, secrets, ring),
        );
      } catch (error) {
        ring.zero();
        throw error;
      }
    } finally {
      secrets.password.fill(0);
      secrets.pin?.fill(0);
    }
  }

  /**
   * Opens a backup by both parts of its recovery key and makes the person a way in on this machine, in our copy of
   * its keyslots. All secrets are zeroed. Throws PASSWORD_WEAK, STATEMENT_INVALID, LEASE_ENDED or as `open`.
   */
  async openByKey(id: string, input: RecoverInput): Promise<RestoreOutcome> {
    const { parts } = this;
    try {
      parts.gate.demandOpen();
      this.forget();
      const chosen = this.choices.demand(id);
      const slots = await backupSlots(chosen, parts.slotsDir);
      const slot = slots.slots().find((one) => one.badge === input.badge);
      if (slot === undefined) throw new AppError('USER_UNKNOWN');
      const opened = await openByParts(slots, input);
      if (!opened.ok) return opened.error;
      const ring = opened.value;
      try {
        const { userId } = slot;
        const candidate = { chosen, slots, ring, userId, by: 'recovery-key' } as const;
        const outcome = await this.adopt(candidate, async () => false);
        const { office, officeDir } = this.demandOpened();
        const copy = slotsCopy(chosen, parts.slotsDir);
        await renewWayIn(parts, copy, office, input, !existsSync(officeDir));
        return outcome;
      } catch (error) {
        this.forget();
        ring.zero();
        throw error;
      }
    } finally {
      for (const secret of [input.a, input.b, input.password, input.token?.pin]) secret?.fill(0);
    }
  }

  /** Restores what was opened. Throws BUSY, CANCELLED, DISK_FULL, RESTORE_WAITING or what is wrong with the backup. */
  async start(keepsJournal: boolean): Promise<Restored> {
    const { gate } = this.parts;
    gate.demandOpen();
    if (this.running !== null) throw new AppError('BUSY');
    const opened = this.demandOpened();
    if (keepsJournal && opened.present?.journal !== 'healthy')
      throw new AppError('INPUT_INVALID', { field: 'keepsJournal' });
    this.isCancelled = false;
    gate.shut();
    const { officeDir } = opened;
    try {
      return await this.restore(opened, keepsJournal);
    } catch (error) {
      if (isDecided(officeDir)) throw new AppError('RESTORE_WAITING', {}, String(error));
      await clearRestoring(officeDir).catch(() => undefined);
      throw error;
    } finally {
      if (this.opened !== null) this.forgetLater();
      if (isDecided(officeDir)) gate.stayShut();
      else gate.open();
    }
  }

  private async restore(opened: Opened, keepsJournal: boolean): Promise<Restored> {
    const { parts } = this;
    const startMs = performance.now();
    if (this.forgetting !== null) clearTimeout(this.forgetting);
    const { officeDir } = opened;
    const folder = restoringDir(officeDir);
    await clearRestoring(officeDir);
    await parts.lock();
    if (this.isCancelled) throw new AppError('CANCELLED');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const report = await this.fill(opened, folder, keepsJournal);
    await finishFolder(folder, officeDir, this.keyslotsOf(opened, keepsJournal));
    if (this.isCancelled) throw new AppError('CANCELLED');
    await parts.lock();
    // An office that was enrolled or wiped meanwhile is not the one that was compared.
    if (existsSync(officeDir) !== (opened.present !== null)) throw new AppError('BUSY');
    const { manifest } = opened.chosen.found.file;
    const backup = { createdMs: manifest.createdMs, generation: opened.chosen.found.number };
    const note = putAside({ atMs: parts.nowMs(), backup, isJournalKept: keepsJournal });
    const formerFolder = await swapIn(officeDir, note);
    this.forget();
    await parts.reload();
    await rm(parts.slotsDir, { recursive: true, force: true }).catch((error: unknown) => {
      parts.log.warn('copies of keyslots not removed', { detail: String(error) });
    });
    const { rows, auditEntries, isSliceProven } = report;
    const tookMs = Math.round(performance.now() - startMs);
    parts.log.info('restored', { rows, auditEntries, tookMs });
    return { rows, auditEntries, isSliceProven, tookMs, formerFolder };
  }

  /** Stops a running restore, or forgets what was opened. */
  async cancel(): Promise<void> {
    const { running } = this;
    this.isCancelled = true;
    if (running === null) this.forget();
    else await running.process.call('backupCancel', {}).catch(() => undefined);
  }

  /** File that goes in place of the backup's keyslots; null where these stay. */
  private keyslotsOf(
    { keyslots, chosen, officeDir }: Opened,
    keepsJournal: boolean,
  ): string | null {
    if (keyslots === 'renewed') return slotsCopy(chosen, this.parts.slotsDir);
    return keyslots === 'present' && keepsJournal ? join(officeDir, 'keyslots.json') : null;
  }

  private demandOpened(): Opened {
    if (this.opened === null) throw new AppError('INPUT_INVALID', { field: 'id' });
    return this.opened;
  }

  private trySlot(slots: Keyslots, secrets: RestoreSecrets) {
    return trySlot(slots, secrets, this.parts.machine, this.parts.device);
  }

  /** Checks an opened backup against its own office and this device, and keeps its keys for the restore. */
  private async adopt(
    candidate: Candidate,
    fitsPresent: (officeDir: string) => Promise<boolean>,
  ): Promise<RestoreOutcome> {
    const { parts } = this;
    const { chosen, slots, ring, userId, by } = candidate;
    const journalKey = journalKeyOf(chosen, ring);
    const office: OfficeFile = officeOf(chosen, slots, journalKey);
    if (!parts.opensRealOffices && !office.isPractice) throw new AppError('FALLBACK_RESTRICTED');
    const officeDir = parts.officeDir(office.isPractice);
    const isThere = existsSync(officeDir);
    const { manifest } = chosen.found.file;
    const present = isThere ? await this.compare(officeDir, chosen, { ring, journalKey }) : null;
    const isPresentFit = isThere && (await fitsPresent(officeDir));
    const keyslots = isPresentFit ? 'present' : by === 'password' ? 'backup' : 'renewed';
    this.opened = { chosen, ring, journalKey, office, officeDir, userId, by, present, keyslots };
    this.forgetLater();
    return { outcome: 'opened', createdMs: manifest.createdMs, present };
  }

  private async compare(
    officeDir: string,
    { found }: Chosen,
    opened: Pick<Opened, 'ring' | 'journalKey'>,
  ): Promise<PresentData> {
    await this.parts.lock();
    const { auditEntries, auditHead } = found.file.manifest.facts;
    const head = { seq: auditEntries, hash: auditHead };
    const keys = keysOf(opened);
    const { state, entries, lastMs, isContinuation, unsent } = await this.withStore((store) =>
      store.process.call('restoreCompare', { officeDir, keys, head }),
    ).finally(() => zeroKeys(keys));
    const newer = isContinuation ? Math.max(0, entries - auditEntries) : entries;
    return { journal: state, isContinuation, newer, lastMs, unsent };
  }

  private async fitsPresent(
    officeDir: string,
    secrets: RestoreSecrets,
    ring: KeyRing,
  ): Promise<boolean> {
    const slots = await Keyslots.open(join(officeDir, 'keyslots.json')).catch(() => undefined);
    if (slots === undefined) return false;
    const tried = await this.trySlot(slots, secrets).catch(() => undefined);
    if (tried?.ok !== true) return false;
    const isSame = (['journal', 'slice'] as const).every((name) =>
      Buffer.from(tried.value.peek(name) ?? []).equals(Buffer.from(ring.peek(name) ?? [])),
    );
    tried.value.zero();
    return isSame;
  }

  /** A backup of the time of a key rotation may have its slice under the next key already. */
  private async fill(opened: Opened, folder: string, keepsJournal: boolean): Promise<CopyReport> {
    const { ring } = opened;
    try {
      return await this.fillWith(opened, folder, keepsJournal, 'slice');
    } catch (error) {
      const isAltered = error instanceof AppError && error.code === 'BACKUP_ALTERED';
      if (!isAltered || !ring.has('sliceNext')) throw error;
      await clearRestoring(opened.officeDir);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return this.fillWith(opened, folder, keepsJournal, 'sliceNext');
    }
  }

  private fillWith(
    opened: Opened,
    folder: string,
    keepsJournal: boolean,
    sliceKey: 'slice' | 'sliceNext',
  ): Promise<CopyReport> {
    const { parts } = this;
    const { chosen, officeDir, userId } = opened;
    const meter = new TaskMeter('restore', Date.now);
    const keys = keysOf(opened, sliceKey);
    return this.withStore((store) => {
      store.process.onEvent((event) => {
        if (event.event === 'backup-progressed')
          parts.events.emit('backup.progressed', meter.take(event));
      });
      return store.process.call('restoreFill', {
        place: chosen.place,
        set: chosen.found.set,
        generation: chosen.found.number,
        targetDir: folder,
        keepJournalOf: keepsJournal ? officeDir : null,
        keys,
        actor: { userId, by: opened.by },
        deviceId: chosen.found.file.manifest.deviceId,
        nowMs: parts.nowMs(),
      });
    }).finally(() => zeroKeys(keys));
  }

  /** A store process of its own: none runs while the desk is locked. */
  private async withStore<T>(act: (store: StartedStore) => Promise<T>): Promise<T> {
    const store = this.parts.startStore();
    this.running = store;
    try {
      return await act(store);
    } finally {
      this.running = null;
      store.process.kill();
    }
  }

  private forgetLater(): void {
    if (this.forgetting !== null) clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => this.forget(), FORGET_MS);
    this.forgetting.unref();
  }

  private forget(): void {
    if (this.forgetting !== null) clearTimeout(this.forgetting);
    this.forgetting = null;
    this.opened?.ring.zero();
    this.opened?.journalKey.fill(0);
    this.opened = null;
  }
}

/** Copies, which the call's message carries and the store zeroes on its side; the caller zeroes these. */
function keysOf(
  { ring, journalKey }: Pick<Opened, 'ring' | 'journalKey'>,
  sliceKey: 'slice' | 'sliceNext' = 'slice',
): RestoreKeys {
  return { journal: keyBytes(journalKey), slice: ring.has(sliceKey) ? ring.copy(sliceKey) : null };
}

function zeroKeys({ journal, slice }: RestoreKeys): void {
  journal.fill(0);
  slice?.fill(0);
}
