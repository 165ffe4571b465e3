import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';

const DEVICE = '/dev/fuse';

/** Whether a drive can be made here: root, on a Linux with FUSE, that may mount. */
export function canMount(): boolean {
  try {
    accessSync(DEVICE, constants.R_OK | constants.W_OK);
  } catch {
    return false;
  }
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
}

/**
 * A real drive that never answers, as one on a network that is gone: the kernel hands every question about it to us and we
 * leave it unanswered. Whoever asks waits in the kernel until he is killed or the drive is taken away, by what this answers.
 */
export function mountSilentDrive(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const device = openSync(DEVICE, 'r+');
  const options = `fd=3,rootmode=40000,user_id=0,group_id=0`;
  execFileSync('mount', ['-i', '-t', 'fuse', '-o', options, 'silent', folder], {
    stdio: ['ignore', 'inherit', 'inherit', device],
  });
  return () => {
    // First: with its last holder gone the kernel fails whatever still waits.
    closeSync(device);
    spawnSync('umount', ['-l', folder]);
  };
}
