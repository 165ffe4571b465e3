import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this user may mount disks in a namespace of his own. */
export const CAN_MOUNT =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;

/**
 * A real small disk, visible only in a mount namespace of its own, which goes with the process that holds
 * it: nothing is left mounted whatever happens to the test.
 */
export class SmallDisk {
  private readonly folder: string;
  private readonly holder: ChildProcess;
  /** Path of the disk for programs started through `nodePath`. */
  readonly inside: string;
  /** Give this as the Node binary: it runs where the disk is. */
  readonly nodePath: string;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.holder = holder;
    this.inside = join(folder, 'disk');
    this.nodePath = join(folder, 'node');
    const enter = `nsenter -t ${holder.pid} -m --`;
    writeFileSync(this.nodePath, `#!/bin/sh\nexec ${enter} ${process.execPath} "$@"\n`);
    chmodSync(this.nodePath, 0o755);
  }

  static async make(megabytes: number): Promise<SmallDisk> {
    const folder = mkdtempSync(join(tmpdir(), 'disk-'));
    const disk = join(folder, 'disk');
    const script = `mkdir ${disk} && mount -t tmpfs -o size=${megabytes}m tmpfs ${disk} && echo ready && exec sleep 3600`;
    const holder = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    return new SmallDisk(folder, holder);
  }

  /** The disk as this process sees it. */
  get outside(): string {
    return `/proc/${this.holder.pid}/root${this.inside}`;
  }

  setReadOnly(isReadOnly: boolean): void {
    const how = `remount,${isReadOnly ? 'ro' : 'rw'}`;
    execFileSync('nsenter', [
      '-t',
      String(this.holder.pid),
      '-m',
      '--',
      'mount',
      '-o',
      how,
      this.inside,
    ]);
  }

  remove(): void {
    this.holder.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
