/**
 * Every program of the product that runs on Node or in a preload, source to bundle.
 * @typedef {{ source: string, output: string, kind: 'node' | 'preload' }} Entry
 */

/** @type {readonly Entry[]} */
export const entries = [
  { source: 'electron/main/main.ts', output: 'dist/main/main.cjs', kind: 'node' },
  {
    source: 'electron/main/workers/ingest-worker.ts',
    output: 'dist/main/ingest-worker.cjs',
    kind: 'node',
  },
  {
    source: 'electron/main/workers/kdf-process.ts',
    output: 'dist/main/kdf-process.cjs',
    kind: 'node',
  },
  { source: 'electron/preload/index.ts', output: 'dist/preload/index.cjs', kind: 'preload' },
  { source: 'electron/preload/signing.ts', output: 'dist/preload/signing.cjs', kind: 'preload' },
  { source: 'electron/preload/handout.ts', output: 'dist/preload/handout.cjs', kind: 'preload' },
  { source: 'electron/store/process.ts', output: 'dist/store/store.cjs', kind: 'node' },
  { source: 'electron/store/writer-thread.ts', output: 'dist/store/writer.cjs', kind: 'node' },
  { source: 'electron/store/reader-thread.ts', output: 'dist/store/reader.cjs', kind: 'node' },
  { source: 'electron/store/probe.ts', output: 'dist/store/probe.cjs', kind: 'node' },
  {
    source: 'electron/store/emergency/process.ts',
    output: 'dist/store/emergency.cjs',
    kind: 'node',
  },
  { source: 'electron/store/backup-thread.ts', output: 'dist/store/backup.cjs', kind: 'node' },
  { source: 'electron/device/process.ts', output: 'dist/device/device.cjs', kind: 'node' },
  { source: 'electron/jobs/process.ts', output: 'dist/jobs/jobs.cjs', kind: 'node' },
  {
    source: 'electron/jobs/cli/verify-package.ts',
    output: 'dist/tools/verify-package.cjs',
    kind: 'node',
  },
  { source: 'build/release/release.ts', output: 'dist/tools/release.cjs', kind: 'node' },
  { source: 'server/cli/central.ts', output: 'dist/server/central.cjs', kind: 'node' },
  { source: 'e2e/bench/bench.ts', output: 'dist/tools/bench.cjs', kind: 'node' },
  { source: 'e2e/bench/desk.ts', output: 'dist/tools/bench-desk.cjs', kind: 'node' },
  {
    source: 'e2e/bench/plain-ingest.ts',
    output: 'dist/tools/plain-ingest.cjs',
    kind: 'node',
  },
  { source: 'e2e/rigs/qemu/guest.ts', output: 'dist/tools/qemu-guest.cjs', kind: 'node' },
  { source: 'e2e/demo/demo.ts', output: 'dist/tools/demo.cjs', kind: 'node' },
];
