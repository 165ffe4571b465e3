import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { Presence } from './presence';

/** Paths that pages know by a handle only, for the length of a session. */
export class FileHandles {
  private readonly paths = new Map<string, string>();

  constructor(private readonly presence: Presence) {}

  /** Handles by path of those files that are there. */
  async of(paths: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    const known = paths.filter((path) => path !== null);
    const standing = await this.presence.of(known);
    const there = known.filter((path) => standing.get(path) === 'there');
    return new Map(there.map((path) => [path, this.handleOf(path)]));
  }

  /** The file of a handle. Rejects with FILE_UNREADABLE. */
  async demand(handle: string): Promise<string> {
    const path = this.paths.get(handle);
    if (path !== undefined && (await this.presence.of([path])).get(path) === 'there') return path;
    throw new AppError('FILE_UNREADABLE', { name: path === undefined ? '' : basename(path) });
  }

  clear(): void {
    this.paths.clear();
  }

  private handleOf(path: string): string {
    for (const [handle, known] of this.paths) if (known === path) return handle;
    const handle = randomUUID();
    this.paths.set(handle, path);
    return handle;
  }
}
