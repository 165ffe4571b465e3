/** An error as the system gives it. */
export function systemError(code: string, what: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}

export interface MemoryFile {
  bytes: Buffer;
  /** How many of the bytes a power cut leaves. */
  synced: number;
}

/** A disk in memory: files by path, and what of them a power cut would leave. */
export class MemoryFiles {
  readonly files = new Map<string, MemoryFile>();
  /** Bytes that still fit; a full disk answers ENOSPC. */
  roomBytes = Number.POSITIVE_INFINITY;

  demand(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw systemError('ENOENT', `no such file, '${path}'`);
    return file;
  }

  /** The file for writing: made or emptied where the flag says so. */
  opened(path: string, flag: string): MemoryFile {
    if (flag.startsWith('r')) return this.demand(path);
    const known = this.files.get(path);
    if (known !== undefined && flag.startsWith('a')) return known;
    const file = { bytes: Buffer.alloc(0), synced: 0 };
    this.files.set(path, file);
    return file;
  }

  write(file: MemoryFile, piece: Uint8Array, at: number): void {
    const grown = at + piece.length - file.bytes.length;
    if (grown > this.roomBytes) throw systemError('ENOSPC', 'no space left on device');
    if (grown > 0) {
      this.roomBytes -= grown;
      file.bytes = Buffer.concat([file.bytes, Buffer.alloc(grown)]);
    }
    file.bytes.set(piece, at);
    file.synced = Math.min(file.synced, at);
  }

  move(from: string, to: string): void {
    this.files.set(to, this.demand(from));
    if (from !== to) this.files.delete(from);
  }

  remove(path: string): void {
    for (const name of [...this.files.keys()])
      if (name === path || name.startsWith(`${path}/`)) {
        this.roomBytes += this.files.get(name)?.bytes.length ?? 0;
        this.files.delete(name);
      }
  }

  list(folder: string): string[] {
    return [...this.files.keys()]
      .filter((name) => name.startsWith(`${folder}/`))
      .map((name) => name.slice(folder.length + 1))
      .sort();
  }

  /** What was not on the disk yet is zeros after a power cut, or cut off. */
  losePower(share: () => number): void {
    for (const file of this.files.values()) {
      const lost = file.bytes.length - file.synced;
      if (lost <= 0) continue;
      const kept = file.synced + Math.floor(share() * lost);
      if (share() < 0.5) file.bytes = Buffer.from(file.bytes.subarray(0, kept));
      else file.bytes.fill(0, kept);
    }
  }
}
