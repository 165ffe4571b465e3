// How a laid-out folder (build/package/stage.mjs) becomes a package. build/dist.mjs sets the environment this file reads.
const { join } = require('node:path');
const manifest = require('../package.json');

const isFallback = process.env.FIELDCERT_RUNTIME === 'fallback';
/** Named in the artifact: what is not a release must not be taken for one. */
const suffix = [
  isFallback ? '-citest' : '',
  process.env.FIELDCERT_FLAVOUR === 'e2e' ? '-e2e' : '',
].join('');

/** Loaded or started by the system itself, which cannot read inside the archive. */
const native = ['**/*.node', '**/skf-helper-ia32*'];
/** The stand-in's store runs on a Node that cannot either. */
const ofStore = (process.env.FIELDCERT_UNPACKED ?? '').split(':').filter((one) => one !== '');

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'cn.fieldcert.desktop',
  productName: 'FieldCert',
  copyright: 'FieldCert',
  artifactName: `fieldcert-\${version}-\${os}-\${arch}${suffix}.\${ext}`,
  electronVersion: process.env.FIELDCERT_ELECTRON_VERSION ?? manifest.devDependencies.electron,
  ...(process.env.FIELDCERT_ELECTRON_DIST
    ? { electronDist: process.env.FIELDCERT_ELECTRON_DIST }
    : {}),
  directories: {
    app: process.env.FIELDCERT_PACKAGE_APP,
    output: process.env.FIELDCERT_PACKAGE_OUT,
    buildResources: join(__dirname, '..', 'resources', 'icons'),
  },
  // Asked for by the form of Debian packages; whoever releases the product names his own.
  extraMetadata: { homepage: process.env.FIELDCERT_HOMEPAGE ?? 'https://fieldcert.example/' },
  // Native modules come ready-made for every platform: nothing is compiled here, and what the folder holds is packed
  // as it lies there (`false` says so; the hook is only asked where rebuilding is on).
  npmRebuild: true,
  beforeBuild: async () => false,
  asar: true,
  asarUnpack: [...native, ...ofStore],
  files: ['**/*', 'dist/node_modules/**/*'],
  // Beside the program, for people: the administrator's guide.
  extraFiles: [{ from: join(__dirname, '..', 'resources', 'guide'), to: 'guide' }],
  electronLanguages: ['zh-CN', 'en-US'],
  afterPack: join(__dirname, 'package', 'after-pack.cjs'),
  publish: null,
  linux: {
    target: ['deb', 'AppImage'],
    executableName: 'fieldcert',
    category: 'Office',
    maintainer: 'FieldCert',
    vendor: 'FieldCert',
    synopsis: 'Look up, verify and sign out safety-training certificates, offline',
    desktop: {
      entry: {
        Name: 'FieldCert',
        'Name[zh_CN]': '证哨',
        Comment: 'Look up, verify and sign out safety-training certificates, offline',
        'Comment[zh_CN]': '安全生产培训证书离线查询、核验与签章导出',
        StartupWMClass: 'FieldCert',
      },
    },
  },
  deb: {
    // By build/package/fpm.mjs: a small change of the program stays a small update.
    compression: 'gz',
    packageCategory: 'misc',
    // Also what Chromium loads by name while it starts: without libx11-xcb1 it ends there, without a word. The second
    // names are those of Debian 13.
    depends: [
      'libgtk-3-0 | libgtk-3-0t64',
      'libnss3',
      'libasound2 | libasound2t64',
      'libatspi2.0-0 | libatspi2.0-0t64',
      'libdrm2',
      'libgbm1',
      'libnotify4',
      'libsecret-1-0',
      'libuuid1',
      'libx11-xcb1',
      'libxkbcommon0',
      'libxss1',
      'libxtst6',
      'xdg-utils',
    ],
    recommends: ['pcscd'],
    fpm: [
      `${join(__dirname, '..', 'resources', 'udev', '70-fieldcert-tokens.rules')}=/usr/lib/udev/rules.d/70-fieldcert-tokens.rules`,
      // The administrator's guide, where Debian's administrators look for it.
      ...['zh-CN', 'en'].map(
        (locale) =>
          `${join(__dirname, '..', 'resources', 'guide', `guide.${locale}.md`)}=/usr/share/doc/fieldcert/guide.${locale}.md`,
      ),
    ],
  },
  win: { target: ['nsis', 'zip'] },
  // Silent by `/S`, elsewhere by `/D=FOLDER` (the administrator's guide). What people have done stays when it is removed:
  // it goes by the wipe alone, which is logged.
  nsis: {
    oneClick: false,
    perMachine: true,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
    installerLanguages: ['zh_CN', 'en_US'],
  },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.business',
    hardenedRuntime: true,
  },
};
