/**
 * A machine that packages are made for.
 * @typedef {{ platform: 'linux' | 'win32' | 'darwin', arch: 'x64' | 'arm64', builder: string }} Target
 *   `builder` electron-builder's switch for the system
 */

/** @type {Readonly<Record<string, Target>>} */
export const targets = {
  'linux-x64': { platform: 'linux', arch: 'x64', builder: '--linux' },
  'linux-arm64': { platform: 'linux', arch: 'arm64', builder: '--linux' },
  'win32-x64': { platform: 'win32', arch: 'x64', builder: '--win' },
  'darwin-x64': { platform: 'darwin', arch: 'x64', builder: '--mac' },
  'darwin-arm64': { platform: 'darwin', arch: 'arm64', builder: '--mac' },
};
