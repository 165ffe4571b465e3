import { join } from 'node:path';

/** Where the parts of the program lie, below the application's folder. */
export interface Installation {
  readonly pages: string;
  readonly preloads: string;
  readonly resources: string;
  readonly store: string;
  readonly probe: string;
  readonly emergency: string;
  readonly device: string;
  readonly jobs: string;
  readonly ingest: string;
  readonly kdf: string;
  readonly central: string;
  /** Whose work is in the program. */
  readonly parts: string;
}

export function installationAt(appFolder: string): Installation {
  const dist = (...names: string[]) => join(appFolder, 'dist', ...names);
  return {
    pages: dist('renderer'),
    preloads: dist('preload'),
    resources: join(appFolder, 'resources'),
    store: dist('store', 'store.cjs'),
    probe: dist('store', 'probe.cjs'),
    emergency: dist('store', 'emergency.cjs'),
    device: dist('device', 'device.cjs'),
    jobs: dist('jobs', 'jobs.cjs'),
    ingest: dist('main', 'ingest-worker.cjs'),
    kdf: dist('main', 'kdf-process.cjs'),
    central: dist('server', 'central.cjs'),
    parts: dist('parts.json'),
  };
}
