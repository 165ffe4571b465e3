// Runs on the finished folder of a package, before it is signed and wrapped.
const { cpSync, existsSync } = require('node:fs');
const { join } = require('node:path');
const { writeProgramList } = require('./program-list.cjs');
const { FuseV1Options, FuseVersion, flipFuses } = require('@electron/fuses');

/** The end-to-end tests drive a package over the inspector: their flavour differs in this fuse. */
const isForTests = process.env.FIELDCERT_FLAVOUR === 'e2e';
const isFallback = process.env.FIELDCERT_RUNTIME === 'fallback';

/** @param {import('electron-builder').AfterPackContext} context */
function executableOf({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin') return join(appOutDir, `${name}.app`);
  if (electronPlatformName === 'win32') return join(appOutDir, `${name}.exe`);
  return join(appOutDir, packager.executableName);
}

/** @param {import('electron-builder').AfterPackContext} context */
module.exports = async (context) => {
  const executable = executableOf(context);
  if (!existsSync(executable)) throw new Error(`No executable at ${executable}`);
  const { FIELDCERT_STAND_IN_NODE } = process.env;
  if (isFallback && FIELDCERT_STAND_IN_NODE !== undefined)
    cpSync(FIELDCERT_STAND_IN_NODE, join(context.appOutDir, 'resources', 'citest'), {
      recursive: true,
    });
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: false,
    resetAdHocDarwinSignature: context.electronPlatformName === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: isForTests,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    // The stand-in runtime is older than this fuse.
    ...(isFallback ? {} : { [FuseV1Options.GrantFileProtocolExtraPrivileges]: false }),
  });
  writeList(context);
};

/** Last: the fuses are bytes of the executable. @param {import('electron-builder').AfterPackContext} context */
function writeList({ appOutDir, electronPlatformName, packager }) {
  const key = process.env.FIELDCERT_PROGRAM_SECRET;
  if (key === undefined) throw new Error('start by npm run dist');
  // There the system itself checks the bundle's signature, and the archive's hash.
  if (electronPlatformName === 'darwin') return;
  writeProgramList(appOutDir, {
    key,
    program: packager.appInfo.version,
    // Executables of Windows are signed after this, by the system's own scheme.
    leaveOut: (file) => electronPlatformName === 'win32' && /\.(exe|dll|node)$/.test(file),
  });
}
