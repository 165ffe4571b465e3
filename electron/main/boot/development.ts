import { delimiter, isAbsolute, join } from 'node:path';

/** What a source checkout lets its launchers and tests name. */
export interface Development {
  /** The tests started it: made-up offices open on the fallback runtime, and a file stands for the system's key store. */
  readonly isTesting: boolean;
  /** Counts as the fallback runtime whatever the version says. */
  readonly isFallbackForced: boolean;
  readonly userData: string | null;
  /** A Node for the practice server and, on the fallback runtime, the store. */
  readonly node: string | null;
  /** For the store's process: the encrypted engine's native binding, to see what happens where it cannot be loaded. */
  readonly storeEnvironment: Readonly<Record<string, string>>;
  /** Runs as the emergency reader although the binding may load. */
  readonly isEmergencyForced: boolean;
  /** Token libraries: code of a stranger's choice in a process that sees PINs, anywhere but here. */
  readonly pkcs11: readonly string[];
  readonly skf: readonly string[];
  /** Size of the practice office; null: that of people. */
  readonly practiceCertificates: number | null;
  /** The version it stands for, to see a new one start. */
  readonly version: string | null;
  /** First root of releases, in place of what a package brings. */
  readonly releaseRoot: string | null;
  /** A file in the place of the AppImage that would run. */
  readonly appImage: string | null;
  /** Stands for a program that the system's package manager installed. */
  readonly isDeb: boolean;
  /** Managed configuration in place of the machine's. */
  readonly policy: string | null;
}

const NOTHING: Development = {
  isTesting: false,
  isFallbackForced: false,
  userData: null,
  node: null,
  storeEnvironment: {},
  isEmergencyForced: false,
  pkcs11: [],
  skf: [],
  practiceCertificates: null,
  version: null,
  releaseRoot: null,
  appImage: null,
  isDeb: false,
  policy: null,
};

/**
 * Reads the environment in a source checkout. A package has nothing of it twice over: it is not asked there, and a
 * production build writes `undefined` in place of each of these variables (build/compile), so that the names are not
 * even in it. Throws where a folder is not absolute.
 */
export function development(isPackaged: boolean): Development {
  if (isPackaged || process.env.FIELDCERT_BUILD === 'production') return NOTHING;
  const binding = named(process.env.FIELDCERT_BINDING);
  const size = Number(process.env.FIELDCERT_PRACTICE_CERTIFICATES);
  return {
    isTesting: process.env.FIELDCERT_TESTING === '1',
    isFallbackForced: process.env.FIELDCERT_RUNTIME === 'fallback',
    userData: folder(process.env.FIELDCERT_USER_DATA),
    node: named(process.env.FIELDCERT_NODE ?? process.env.FIELDCERT_NODE24),
    storeEnvironment: binding === null ? {} : { FIELDCERT_BINDING: binding },
    isEmergencyForced: process.env.FIELDCERT_EMERGENCY === '1',
    pkcs11: paths(process.env.FIELDCERT_PKCS11),
    skf: paths(process.env.FIELDCERT_SKF),
    practiceCertificates: Number.isInteger(size) && size > 0 ? size : null,
    version: named(process.env.FIELDCERT_VERSION),
    releaseRoot: named(process.env.FIELDCERT_RELEASE_ROOT),
    appImage: named(process.env.FIELDCERT_APPIMAGE),
    isDeb: process.env.FIELDCERT_INSTALLED_AS === 'deb',
    policy: named(process.env.FIELDCERT_POLICY),
  };
}

/**
 * A package on the fallback runtime, for tests only and named `-citest`, brings a Node that its store runs on: the
 * runtime's own is too old for the encrypted engine. Null in every other build, of which this leaves nothing.
 */
export function standInNode(): string | null {
  if (process.env.FIELDCERT_STAND_IN !== '1') return null;
  return join(process.resourcesPath, 'citest', 'node');
}

/** Where a program that is not Electron finds a file of the archive: it cannot read inside. */
export function outsideArchive(path: string): string {
  return path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}

const named = (value: string | undefined): string | null =>
  value === undefined || value === '' ? null : value;

const paths = (value: string | undefined): readonly string[] =>
  (value ?? '').split(delimiter).filter((path) => path !== '');

function folder(value: string | undefined): string | null {
  const path = named(value);
  if (path !== null && !isAbsolute(path))
    throw new Error('the user-data folder must be an absolute path');
  return path;
}
