import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { type IntentOf, intentText } from '../../../../shared/protocol/intents';
import { deviceRecordMessage, type SignedRecord } from '../../../../shared/protocol/signed-record';
import { writeAtomically } from '../../../platform/atomic-write';
import type { StoreCaller } from '../../clients/store-client';
import { freeStem } from '../exports/free-stem';
import { nextTraceId } from '../exports/trace-id';
import type { NowMs } from '../ports';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import { publicOf, signEs256 } from '../unlock/device-keys';
import type { SessionHolder } from '../unlock/session';

type RecordIntent = IntentOf<'record'>;
export type SignedBy = 'u-key' | 'device';

interface SignedFilesParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly signing: Pick<SigningService, 'sign' | 'choices'>;
  readonly nowMs: NowMs;
  /** Private folder for files that nobody signed yet; emptied at every start and lock. */
  readonly temporaryDir: string;
  chooseFolder(): Promise<string | null>;
  showFile(path: string): void;
  /** Throws EMERGENCY_LEVEL where nothing of people's data leaves the device. */
  demandLeaving(): void;
}

/** What the files say of themselves. */
export interface FileFrame {
  readonly traceId: string;
  readonly by: SignedBy;
  readonly atMs: number;
}

interface RecordToSign {
  readonly record: RecordIntent['record'];
  readonly auditKind: string;
  /** Name of the files without their endings. */
  readonly stem: string;
  /** In words, for the signing window. */
  readonly subject: string;
  readonly rows: number;
  /** The files by their endings, the first is shown afterwards; each writes the given path or throws. */
  readonly files: Readonly<Record<string, (path: string, frame: FileFrame) => Promise<void>>>;
  /** Asked when all is signed and before anything is outside: throws why it may not go out any more. */
  readonly demandCurrent?: () => Promise<void>;
}

export interface SavedFiles {
  /** Name of the first file. */
  readonly file: string;
  readonly by: SignedBy;
  readonly traceId: string;
}

/**
 * Files that leave the office as a record: made apart, signed as they are, and only then put where the person wants
 * them, with the signature beside. A person's U-Key signs; the device does where no usable key is at hand, and the files
 * say so. A signature that is refused leaves nothing.
 */
export class SignedFiles {
  constructor(private readonly parts: SignedFilesParts) {}

  /**
   * Null: the dialog was closed. Throws CANCELLED (not signed), BUSY, EMERGENCY_LEVEL, a token's codes, what a file's maker
   * throws, EXPORT_TARGET, DISK_FULL, DISK_READ_ONLY.
   */
  async save(what: RecordToSign): Promise<SavedFiles | null> {
    const { chooseFolder, sessions, store, temporaryDir, showFile } = this.parts;
    const folder = await chooseFolder();
    if (folder === null) return null;
    this.demandLeaving(what);
    const session = sessions.demand();
    const atMs = this.parts.nowMs();
    const frame = {
      traceId: await nextTraceId(store, atMs),
      by: await this.signerAtHand(),
      atMs,
    } as const;
    const endings = Object.keys(what.files);
    const stem = await freeStem(folder, what.stem, [...endings, 'signature.json']);
    const apart = join(temporaryDir, `record-${randomUUID()}`);
    try {
      await mkdir(apart, { recursive: true, mode: 0o700 });
      const files: { name: string; bytes: Uint8Array }[] = [];
      for (const [ending, make] of Object.entries(what.files)) {
        const name = `${stem}.${ending}`;
        await make(join(apart, name), frame);
        files.push({ name, bytes: await readFile(join(apart, name)) });
      }
      const intent: RecordIntent = {
        type: 'record-intent',
        ...signerOf(session, atMs),
        record: what.record,
        trace: frame.traceId,
        subject: what.subject.slice(0, 300) || '–',
        rows: what.rows,
        files: files.map(({ name, bytes }) => ({ name, sha256: sha256(bytes) })),
      };
      const signed = await this.sign(intent, frame.by).catch((error: unknown) => {
        // The window was closed by the level: that is the reason, and no person's wish.
        this.demandLeaving(what);
        throw error;
      });
      if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
      await what.demandCurrent?.();
      this.demandLeaving(what);
      const payload = { trace: intent.trace, by: frame.by, rows: what.rows, files: intent.files };
      const actor = session.view.userId;
      await store.call('auditAppend', { kind: what.auditKind, actor, payload });
      const signature = { name: `${stem}.signature.json`, bytes: `${canonicalJson(signed)}\n` };
      try {
        this.demandLeaving(what);
        await putAll(folder, [...files, signature]);
      } catch (error) {
        // The log said so before, so that nothing leaves unsaid: now it says that nothing did.
        await store.call('auditAppend', {
          kind: 'record-not-saved',
          actor,
          payload: { trace: intent.trace, files: intent.files.map(({ name }) => name) },
        });
        throw error;
      }
    } finally {
      await rm(apart, { recursive: true, force: true });
    }
    const file = `${stem}.${endings[0]}`;
    showFile(join(folder, file));
    return { file, by: frame.by, traceId: frame.traceId };
  }

  /** Dialog and signing window may have been open for hours. Statistics are of nobody, and made to be given away. */
  private demandLeaving({ record }: RecordToSign): void {
    if (record !== 'statistics') this.parts.demandLeaving();
  }

  private async signerAtHand(): Promise<SignedBy> {
    const { items } = await this.parts.signing.choices();
    return items.some(({ shown }) => shown.state === 'usable') ? 'u-key' : 'device';
  }

  private async sign(intent: RecordIntent, by: SignedBy): Promise<SignedRecord> {
    const form = { format: 'fieldcert-signed-record', version: 1 } as const;
    if (by === 'u-key') return { ...form, by, signed: await this.parts.signing.sign(intent) };
    const key = this.parts.sessions.demand().keys.peek('deviceSign');
    if (key === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
    const text = intentText(intent);
    return {
      ...form,
      by,
      intent: text,
      alg: 'ES256',
      publicKey: publicOf(key).toString('base64'),
      signature: signEs256(key, deviceRecordMessage(text)).toString('base64url'),
    };
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** All of them or none: a paper that says it was signed must not lie there without its signature. */
async function putAll(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array | string }[],
): Promise<void> {
  const begun: string[] = [];
  try {
    for (const { name, bytes } of files) {
      const path = join(folder, name);
      begun.push(path);
      await put(path, bytes);
    }
  } catch (error) {
    // The names were free before (freeStem): what stands there is ours.
    for (const path of begun) await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await writeAtomically(path, bytes);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('EXPORT_TARGET', {}, cause instanceof Error ? cause.message : '');
  }
}
