import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LogSealer, readSealedLog } from '../../crypto/sealed-log';
import { diskError } from '../../platform/atomic-write';
import {
  EMERGENCY_HEAD_FILE,
  EMERGENCY_IMPORTED_FILE,
  EMERGENCY_LOG_FILE,
  type EmergencyRecord,
  keptLogName,
  readRecord,
} from './log-record';

/**
 * The emergency log on the disk. `append` returns when the record is there to stay, power cut or not:
 * what it is about must not be answered before. A write that fails leaves the log as it was.
 */
export class EmergencyLog {
  private sealer: LogSealer | undefined;
  private bytes = 0;

  constructor(
    private readonly officeDir: string,
    private readonly logKey: Uint8Array,
    /** Told of every record that is there to stay, also of those of former sessions. */
    private readonly onRecord: (record: EmergencyRecord) => void,
  ) {}

  /**
   * Opens the log or begins one. A torn write is cut off; a log that does not hold is set aside and
   * kept, and the new one begins with what was wrong.
   */
  open(device: string): void {
    const note = (kind: string, payload: Readonly<Record<string, unknown>>) =>
      this.append({ atMs: Date.now(), device, audit: { kind, actor: 'system', payload } });
    if (!existsSync(this.logPath)) {
      const isFiled = existsSync(join(this.officeDir, EMERGENCY_IMPORTED_FILE));
      const isMissing = existsSync(this.headPath) && !isFiled;
      if (isMissing)
        renameSync(this.headPath, join(this.officeDir, `${keptLogName(`${Date.now()}`)}.head`));
      this.begin();
      if (isMissing) note('emergency-log-refused', { log: 'unknown', kind: 'missing', seq: 1 });
      return;
    }
    const head = existsSync(this.headPath) ? readFileSync(this.headPath) : null;
    const log = readSealedLog(readFileSync(this.logPath), head, this.logKey);
    for (const payload of log.payloads) this.onRecord(readRecord(payload));
    if (log.fault !== null || log.sealer === null) {
      const id = log.id === '' ? `unread-${Date.now()}` : log.id;
      renameSync(this.logPath, join(this.officeDir, keptLogName(id)));
      if (head !== null) renameSync(this.headPath, join(this.officeDir, `${keptLogName(id)}.head`));
      log.sealer?.zero();
      this.begin();
      if (log.fault !== null) note('emergency-log-refused', { log: id, ...log.fault });
      return;
    }
    this.sealer = log.sealer;
    this.bytes = log.soundBytes;
    if (log.isTorn) {
      this.cut();
      note('emergency-log-torn', { log: log.id, after: log.sealer.seq });
    }
  }

  /** Appends a record durably. Fails with DISK_FULL or DISK_READ_ONLY; then nothing was written. */
  append(record: EmergencyRecord): void {
    if (this.sealer === undefined) this.open(record.device);
    const { sealer } = this;
    if (sealer === undefined) throw new Error('the emergency log is not open');
    const sealed = sealer.seal(Buffer.from(JSON.stringify(record)));
    try {
      const file = openSync(this.logPath, 'r+');
      try {
        writeWhole(file, sealed, this.bytes);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      this.replaceHead(sealer.sealedHead());
      this.bytes += sealed.length;
    } catch (error) {
      // The sealer is ahead of the file now: the next append reads the file again.
      this.forget();
      this.tryCut();
      throw diskError(error, sealed.length);
    }
    this.onRecord(record);
  }

  close(): void {
    this.forget();
    this.logKey.fill(0);
  }

  private get logPath(): string {
    return join(this.officeDir, EMERGENCY_LOG_FILE);
  }

  private get headPath(): string {
    return join(this.officeDir, EMERGENCY_HEAD_FILE);
  }

  private forget(): void {
    this.sealer?.zero();
    this.sealer = undefined;
  }

  private begin(): void {
    const sealer = LogSealer.begin(this.logKey);
    try {
      const file = openSync(this.logPath, 'wx', 0o600);
      try {
        writeWhole(file, sealer.header, 0);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      syncFolder(this.officeDir);
    } catch (error) {
      throw diskError(error, sealer.header.length);
    }
    this.sealer = sealer;
    this.bytes = sealer.header.length;
  }

  private cut(): void {
    const file = openSync(this.logPath, 'r+');
    try {
      ftruncateSync(file, this.bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** After a failed write; what cannot be cut now is a torn end that the next opening cuts. */
  private tryCut(): void {
    try {
      this.cut();
    } catch {
      // The disk refuses this too.
    }
  }

  private replaceHead(head: Uint8Array): void {
    const temporary = `${this.headPath}.new`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeWhole(file, head, 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.headPath);
    try {
      syncFolder(this.officeDir);
    } catch {
      // The head is in place; one that a power cut takes back is one behind.
    }
  }
}

function writeWhole(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** Windows cannot open folders; NTFS journals the rename itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
