import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { open } from 'node:fs/promises';
import { sniff } from '../../../../shared/domain/attachment/sniff';
import { AppError } from '../../../../shared/errors/app-error';
import type { ChosenEvidence } from '../../../../shared/ipc/routes/evidence';
import type { SettledEvidence } from '../../../../shared/protocol/bundle';
import type { CommandKind, CommandPayload } from '../../../../shared/protocol/commands';
import { evidenceContext, MAX_EVIDENCE_BYTES } from '../../../../shared/protocol/evidence';
import { type BoxSubtle, sealBox } from '../../../../shared/protocol/sealed-box';
import type { OutboxState } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import { outboxBoxKey } from '../outbox/box-key';
import type { OutboxService } from '../outbox/outbox';
import type { ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import type { LinePolicy } from '../sync/status';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { EvidenceFolder, type WaitingFile } from './evidence-folder';
import { sendEvidence } from './upload';

/** Files that may be chosen at once, and what may wait to be sent. */
const MOST_CHOSEN = 10;
const MOST_WAITING_BYTES = 200_000_000;
const MB = 1_000_000;

/** Kinds of commands that carry evidence. */
type WithEvidence = {
  [K in CommandKind]: CommandPayload<K> extends { readonly evidence: readonly string[] }
    ? K
    : never;
}[CommandKind];

export interface EvidenceParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell' | 'state' | 'confirm'>;
  readonly log: ServiceLog;
  /** Where it waits, outside the office. */
  readonly folder: string;
  /** Where a restored backup laid its evidence. */
  readonly restored: string;
  chooseFile(): Promise<string | null>;
  policy(): LinePolicy;
}

/**
 * Pictures and documents that prove what a command says. Chosen in main's dialog and held by a handle; sealed to the
 * server, on the disk before the command that names them; sent after the commands, in their order, from any byte on; kept
 * until the server has compared them with what was signed.
 */
export class EvidenceService implements SessionListener {
  private readonly chosen = new Map<string, Uint8Array>();
  /** On the disk, and their command not in the journal yet. */
  private readonly untold = new Set<string>();
  /** The server has every command, and none that it could read names them; asked again in the next session. */
  private readonly unnamed = new Set<string>();
  private sending: Promise<void> | null = null;
  private readonly folder: EvidenceFolder;

  constructor(private readonly parts: EvidenceParts) {
    this.folder = new EvidenceFolder(parts.folder);
  }

  async opened(): Promise<void> {
    this.forget();
    this.unnamed.clear();
    await this.folder.adopt(this.parts.restored).catch((error: unknown) => {
      this.parts.log.warn('restored evidence not taken up', { detail: String(error) });
    });
  }

  closing(): void {
    this.forget();
  }

  /** Null when the person cancelled. Throws LOCKED, EVIDENCE_TYPE, EVIDENCE_TOO_LARGE. */
  async choose(): Promise<ChosenEvidence | null> {
    this.parts.sessions.demand();
    const path = await this.parts.chooseFile();
    if (path === null) return null;
    if (this.chosen.size >= MOST_CHOSEN) throw tooLarge(MAX_EVIDENCE_BYTES);
    const bytes = await readBounded(path);
    const found = sniff(bytes);
    if (typeof found === 'string') throw new AppError('EVIDENCE_TYPE', {}, found);
    // The session may have ended behind the dialog.
    this.parts.sessions.demand();
    const handle = randomUUID();
    this.chosen.set(handle, bytes);
    return { handle, ...found, bytes: bytes.slice() };
  }

  drop(handle: string): void {
    this.chosen.get(handle)?.fill(0);
    this.chosen.delete(handle);
  }

  /**
   * Tells a command together with the chosen files: both or nothing. Throws EVIDENCE_GONE for a handle that is none,
   * EVIDENCE_TOO_LARGE, DISK_FULL, and what telling throws.
   */
  async tell<K extends WithEvidence>(
    kind: K,
    payload: Omit<CommandPayload<K>, 'evidence'>,
    handles: readonly string[],
    options: Parameters<OutboxService['tell']>[2] = {},
  ): Promise<OutboxState> {
    const kept: string[] = [];
    const names = new Set<string>();
    let isUnderWay = false;
    const onAppend = () => {
      isUnderWay = true;
    };
    try {
      const before = new Set((await this.folder.waiting()).map(({ sha256 }) => sha256));
      const evidence: string[] = [];
      for (const handle of handles) {
        const sha256 = await this.keep(handle, before);
        this.untold.add(sha256);
        names.add(sha256);
        evidence.push(sha256);
        if (!before.has(sha256)) kept.push(sha256);
      }
      const whole = { ...payload, evidence } as unknown as CommandPayload<K>;
      const state = await this.parts.outbox.tell(kind, whole, { ...options, onAppend });
      for (const handle of handles) this.drop(handle);
      for (const sha256 of names) this.unnamed.delete(sha256);
      return state;
    } catch (error) {
      // Nothing is left behind where no command can name them. A store that died with the command under way may have it.
      const isUndone = !isUnderWay || isRefusedByStore(error);
      if (isUndone) for (const sha256 of kept) await this.folder.remove(sha256);
      throw error;
    } finally {
      for (const sha256 of names) this.untold.delete(sha256);
    }
  }

  async waiting(): Promise<{
    readonly files: number;
    readonly bytes: number;
    readonly refused: number;
    readonly unnamed: number;
  }> {
    const all = await this.folder.waiting();
    const files = all.filter(({ sha256 }) => !this.unnamed.has(sha256));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const unnamed = all.length - files.length;
    return { files: files.length, bytes, refused: await this.folder.refusedCount(), unnamed };
  }

  /** What a stick can carry: files whose command is in the journal, in their order. */
  async forStick(): Promise<readonly WaitingFile[]> {
    return (await this.folder.waiting()).filter(({ sha256 }) => !this.untold.has(sha256));
  }

  /** A sealed file as it waits. */
  readBox(sha256: string): Promise<Buffer> {
    return this.folder.read(sha256);
  }

  /** What the server made of files that it got by whichever way; those that wait here no more change nothing. */
  async judged(settled: readonly SettledEvidence[]): Promise<void> {
    if (settled.length === 0) return;
    const byHash = new Map(settled.map((one) => [one.sha256, one]));
    for (const file of await this.forStick()) {
      const found = byHash.get(file.sha256);
      if (found?.state === 'whole') await this.folder.remove(file.sha256);
      else if (found !== undefined) await this.refused(file, found.reason ?? 'box');
    }
  }

  /** Sends what waits, after the commands; on a line that is paid for it waits for a free one. Throws codes of the line. */
  send(line: Line, signal: AbortSignal): Promise<void> {
    this.sending ??= this.sendAll(line, signal).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async sendAll(line: Line, signal: AbortSignal): Promise<void> {
    const { isMetered, isPaused } = this.parts.policy();
    if (isMetered || isPaused) return;
    let isConfirmed = false;
    for (const file of await this.folder.waiting()) {
      const { sha256 } = file;
      if (this.untold.has(sha256) || this.unnamed.has(sha256)) continue;
      let answer = await sendEvidence(this.folder, line, file, signal);
      if (answer.state === 'unnamed') {
        // A server that was restored lacks commands that it confirmed: it gets them again before this is believed.
        if (!isConfirmed) await this.parts.outbox.confirm(line, signal);
        isConfirmed = true;
        answer = await sendEvidence(this.folder, line, file, signal);
      }
      const { state, reason } = answer;
      if (state === 'whole') await this.folder.remove(sha256);
      else if (state === 'refused') await this.refused(file, reason ?? 'box');
      else await this.keepUnnamed(file);
    }
  }

  /** The server has every command and none names it: it is kept, for it exists nowhere else, and asked for no more now. */
  private async keepUnnamed({ sha256 }: WaitingFile): Promise<void> {
    const { pending, alarm } = await this.parts.outbox.state();
    if (pending > 0 || alarm !== null || this.untold.has(sha256)) return;
    this.parts.log.warn('evidence that no command names is kept', { sha256 });
    this.unnamed.add(sha256);
  }

  private async refused({ sha256 }: WaitingFile, reason: string): Promise<void> {
    const { store, sessions, log } = this.parts;
    log.error('evidence refused by the server', { sha256, reason });
    const actor = sessions.demand().view.userId;
    await store.call('auditAppend', {
      kind: 'evidence-refused',
      actor,
      payload: { sha256, reason },
    });
    await this.folder.putAside(sha256);
  }

  private async keep(handle: string, waits: ReadonlySet<string>): Promise<string> {
    const bytes = this.chosen.get(handle);
    if (bytes === undefined) throw new AppError('EVIDENCE_GONE');
    const { office } = this.parts.sessions.demand();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // Its box may be half at the server: another of the same contents behind that half would never open.
    if (waits.has(sha256)) return sha256;
    const { bytes: waiting } = await this.waiting();
    if (waiting + bytes.length > MOST_WAITING_BYTES) throw tooLarge(MOST_WAITING_BYTES);
    const box = await sealBox(
      webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>,
      outboxBoxKey(office),
      bytes,
      evidenceContext(office.deviceId, sha256),
    );
    await this.folder.keep(sha256, box);
    return sha256;
  }

  private forget(): void {
    for (const handle of [...this.chosen.keys()]) this.drop(handle);
  }
}

/** What the store answers without having written anything, neither to the journal nor to the copy. */
function isRefusedByStore(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'OUTBOX_DIFFERS' || error.code === 'OUTBOX_ITEM_SETTLED')
  );
}

function tooLarge(limitBytes: number): AppError {
  return new AppError('EVIDENCE_TOO_LARGE', { limitMb: Math.floor(limitBytes / MB) });
}

/** A file's bytes; more than allowed is never read. */
async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch(() => {
    throw new AppError('EVIDENCE_GONE', {}, 'unreadable');
  });
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new AppError('EVIDENCE_TYPE', {}, 'no file');
    if (facts.size > MAX_EVIDENCE_BYTES) throw tooLarge(MAX_EVIDENCE_BYTES);
    const bytes = new Uint8Array(facts.size);
    const { bytesRead } = await file.read(bytes, 0, facts.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
