import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where the figures were taken: none of them means anything without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  /** The Electron that the start group runs: `pinned`, `fallback` or unknown. */
  readonly electronRuntime: string;
  readonly certificates: number;
  /** Runnable processes over the last minute before the run: above a few tenths, times are too long. */
  readonly loadBefore: number;
  readonly startedAt: string;
}

export function describeMachine(certificates: number): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    electronRuntime: process.env['FIELDCERT_RUNTIME'] ?? 'unknown',
    certificates,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
    startedAt: new Date().toISOString(),
  };
}
