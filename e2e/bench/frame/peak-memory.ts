import { readdirSync, readFileSync } from 'node:fs';
import type { Report } from './report';

const LOOK_EVERY_MS = 200;

/** What a process is called; undefined: it is left out. */
export type NameOf = (pid: number, command: string) => string | undefined;

/**
 * The most memory that each process below one (and itself) ever held, by the kernel's own mark (VmHWM), which misses no
 * peak between two looks; a process that ends loses what it held after the last one. Shared pages count in each.
 */
export class PeakMemory {
  private readonly seen = new Map<number, { readonly command: string; mb: number }>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  private look(): void {
    for (const pid of descendantsOf(this.root)) {
      const mb = peakMb(pid);
      if (mb === 0) continue;
      const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      const known = this.seen.get(pid);
      // A child has its parent's command, and memory, until it begins its own.
      this.seen.set(pid, { command, mb: known?.command === command ? Math.max(known.mb, mb) : mb });
    }
  }

  /** MB by name, the highest of those that share one; empty where the system does not tell (not Linux). */
  stop(nameOf: NameOf): ReadonlyMap<string, number> {
    clearInterval(this.timer);
    this.look();
    const peaks = new Map<string, number>();
    for (const [pid, { command, mb }] of this.seen) {
      const name = nameOf(pid, command);
      if (name !== undefined) peaks.set(name, Math.max(peaks.get(name) ?? 0, mb));
    }
    return peaks;
  }
}

/** One line a process. */
export function addPeaks(report: Report, group: string, peaks: ReadonlyMap<string, number>): void {
  for (const [name, mb] of [...peaks].sort(([a], [b]) => (a < b ? -1 : 1)))
    report.add(`${group}.peak_mb.${name}`, mb, null, 'MB');
}

function descendantsOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of names('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = textOf(`/proc/${entry}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const all = [root];
  for (let at = 0; at < all.length; at++) all.push(...(children.get(all[at] ?? 0) ?? []));
  return all;
}

function peakMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
