import { readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 20;

/** Resident memory of a process, MB; 0 where the system does not tell (not Linux) or it has ended. */
export function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return pid === process.pid ? process.memoryUsage.rss() / 2 ** 20 : 0;
  }
}

/** Watches how far the memory of some processes together rises above what it is now. */
export class MemoryWatch {
  private readonly before: number;
  private peak: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: readonly number[]) {
    this.before = this.total();
    this.peak = this.before;
    this.timer = setInterval(() => this.look(), SAMPLE_EVERY_MS);
    this.timer.unref();
  }

  private total(): number {
    return this.pids.reduce((sum, pid) => sum + residentMb(pid), 0);
  }

  private look(): void {
    this.peak = Math.max(this.peak, this.total());
  }

  /** Highest rise since the start, MB. */
  stop(): number {
    clearInterval(this.timer);
    this.look();
    return this.peak - this.before;
  }
}

const TICKS_PER_SECOND = 100;

/** Processor time a process has used so far, all threads, seconds; 0 where the system does not tell. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
