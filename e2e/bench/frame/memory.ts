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
  private readonly before: readonly number[];
  private peak: readonly number[];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: readonly number[]) {
    this.before = this.each();
    this.peak = this.before;
    this.timer = setInterval(() => this.look(), SAMPLE_EVERY_MS);
    this.timer.unref();
  }

  private each(): readonly number[] {
    return this.pids.map(residentMb);
  }

  private look(): void {
    const now = this.each();
    if (sum(now) > sum(this.peak)) this.peak = now;
  }

  /** What each process had risen by at the moment when all together had risen most, MB, in the order given. */
  shares(): readonly number[] {
    return this.peak.map((mb, index) => mb - (this.before[index] ?? 0));
  }

  /** Highest rise since the start, MB. */
  stop(): number {
    clearInterval(this.timer);
    this.look();
    return sum(this.peak) - sum(this.before);
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

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
