import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { FormerOffice } from '../../../../shared/ipc/routes/former';
import { syncFolder } from '../../../platform/atomic-write';
import { destroyFile } from '../../../platform/destroy-file';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import { salvageInto, writeEvidence } from '../recovery/evidence';
import type { SessionHolder } from '../unlock/session';
import { readPutAside, writePutAside } from './put-aside';

export interface FormerOfficesParts {
  readonly officeDir: string;
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  readonly program: string;
  chooseFolder(): Promise<string | null>;
  /** Throws EMERGENCY_LEVEL where nothing of people's data leaves the device. */
  demandLeaving(): void;
}

/** What opens the rest goes first, then what exists nowhere else, then what the server can give again. */
const ORDER = [/^keyslots/, /\.sealed$/, /^journal/, /./];

/**
 * Offices that restores put aside (`office.before-restore-<n>`). They are kept until somebody deletes them on purpose:
 * reports and log entries may exist in them alone. Those of which that is not so go with the term of the look-ups.
 */
export class FormerOffices {
  constructor(private readonly parts: FormerOfficesParts) {}

  /** Newest first. */
  async list(): Promise<FormerOffice[]> {
    const { officeDir } = this.parts;
    const prefix = prefixOf(officeDir);
    const names = await readdir(dirname(officeDir));
    const ids = names
      .filter((name) => name.startsWith(prefix) && /^\d{1,6}$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)));
    return Promise.all(ids.sort((a, b) => b - a).map((id) => this.describe(id)));
  }

  /** Writes what exists nowhere else where the person says, in the log before; null when he does not. */
  async export(id: number): Promise<{ folder: string; isReadable: boolean } | null> {
    const { parts } = this;
    const session = parts.sessions.demand();
    const office = await this.demand(id);
    const place = await parts.chooseFolder();
    if (place === null) return null;
    parts.demandLeaving();
    const path = this.folderOf(id);
    await this.record('former-export', { former: basename(path) });
    const journal = join(path, 'journal.db');
    const salvage = salvageInto(parts.store, path, session);
    let isReadable = false;
    const folder = await writeEvidence({
      folder: place,
      deviceId: session.office.deviceId,
      atMs: parts.nowMs(),
      files: [journal, `${journal}-wal`],
      report: { program: parts.program, office: session.office.office.code, former: office },
      salvage: async (into) => {
        const { rows } = await salvage(into);
        // Under other keys than today's nothing can be read: its files go along as they are.
        isReadable = Object.values(rows).some((count) => count > 0);
      },
    });
    const note = await readPutAside(path);
    await writePutAside(path, { ...note, exportedMs: parts.nowMs() });
    return { folder, isReadable };
  }

  /** Destroys one for good, keys first. Whatever a kill leaves is listed again and can be deleted. */
  remove(id: number): Promise<void> {
    return this.destroy(id, 'person');
  }

  /**
   * Destroys those whose newest look-up has reached its term and whose journal goes on in the present office or was
   * handed out. One that may hold what exists nowhere else stays listed for a person, whatever its age.
   */
  async purge(lookUpsBeforeMs: number): Promise<number> {
    const due = (await this.list()).filter(
      ({ atMs, isJournalKept, exportedMs }) =>
        atMs < lookUpsBeforeMs && (isJournalKept || exportedMs !== null),
    );
    for (const { id } of due) await this.destroy(id, 'term');
    return due.length;
  }

  private async destroy(id: number, reason: 'person' | 'term'): Promise<void> {
    const { bytes, isJournalKept, exportedMs } = await this.demand(id);
    const path = this.folderOf(id);
    const isExported = exportedMs !== null;
    await this.record('former-delete', {
      former: basename(path),
      reason,
      bytes,
      isJournalKept,
      isExported,
    });
    const files = await filesBelow(path);
    const rank = (file: string) => ORDER.findIndex((one) => one.test(basename(file)));
    for (const file of files.sort((a, b) => rank(a) - rank(b))) await destroyFile(file);
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    await syncFolder(dirname(path));
  }

  private async describe(id: number): Promise<FormerOffice> {
    const path = this.folderOf(id);
    const { atMs, backup, isJournalKept, exportedMs } = await readPutAside(path);
    const files = await filesBelow(path);
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    // Moving a folder changes it: the best that is known of those that nobody noted.
    const movedMs = Math.round((await stat(path)).ctimeMs);
    return { id, bytes, atMs: atMs ?? movedMs, backup, isJournalKept, exportedMs };
  }

  private async demand(id: number): Promise<FormerOffice> {
    const found = (await this.list()).find((one) => one.id === id);
    if (found === undefined) throw new AppError('INPUT_INVALID', { field: 'id' });
    return found;
  }

  private folderOf(id: number): string {
    const { officeDir } = this.parts;
    return join(dirname(officeDir), `${prefixOf(officeDir)}${id}`);
  }

  private async record(kind: string, payload: Record<string, unknown>): Promise<void> {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    await store.call('auditAppend', { kind, actor, payload });
  }
}

const prefixOf = (officeDir: string): string => `${basename(officeDir)}.before-restore-`;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((one) => {
    const path = join(folder, one.name);
    return one.isDirectory() ? filesBelow(path) : Promise.resolve(one.isFile() ? [path] : []);
  });
  return (await Promise.all(found)).flat();
}
