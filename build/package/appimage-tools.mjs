import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shell reads no further than this; behind it the file system begins. */
const RUNTIME_BYTES = 4096;

/**
 * Stands for the runtime of an AppImage, which comes from a host that cannot be reached: unpacks the file that it is part
 * of with Debian's squashfs-tools, starts the program in it and removes what it unpacked. For tests only: a real one
 * mounts itself and needs no tools.
 */
const RUNTIME = `#!/bin/sh
self=$(readlink -f "$0")
here=$(mktemp -d "\${TMPDIR:-/tmp}/fieldcert-appimage-XXXXXX") || exit 1
unsquashfs -quiet -no-progress -no-xattrs -offset ${RUNTIME_BYTES} -dest "$here/root" "$self" >/dev/null || exit 1
export APPIMAGE="$self" APPDIR="$here/root"
"$here/root/AppRun" "$@"
status=$?
rm -rf "$here"
exit $status
`;

/**
 * A folder as APPIMAGE_TOOLS_PATH of electron-builder names it.
 * @param {string} folder
 */
export function appImageTools(folder) {
  const programs = join(folder, 'linux-x64');
  mkdirSync(programs, { recursive: true });
  mkdirSync(join(folder, 'lib', 'x64'), { recursive: true });
  /** @param {string} path @param {string} text */
  const program = (path, text) => {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  };
  // Unpacked at each start: the fastest of its compressions.
  program(join(programs, 'mksquashfs'), '#!/bin/sh\nexec mksquashfs "$@" -comp lz4\n');
  program(join(programs, 'desktop-file-validate'), '#!/bin/sh\nexit 0\n');
  program(join(folder, 'runtime-x64'), RUNTIME.padEnd(RUNTIME_BYTES, '\n'));
  return folder;
}
