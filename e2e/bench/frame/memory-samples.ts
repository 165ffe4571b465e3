import { readFileSync } from 'node:fs';
import { residentMb } from './memory';

const SAMPLE_EVERY_MS = 20;

/** Children of a process whose command line has the text; empty where the system does not tell (not Linux). */
export function childrenOf(pid: number, text: string): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children
      .split(' ')
      .map(Number)
      .filter((child) => child > 0 && commandOf(child).includes(text));
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Resident memory of named processes at one moment, MB. */
export interface MemorySample {
  readonly atMs: number;
  readonly mb: Readonly<Record<string, number>>;
}

/** Samples named processes until it is stopped; a process may come and go meanwhile. */
export class MemorySamples {
  readonly samples: MemorySample[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pids: () => Readonly<Record<string, readonly number[]>>,
    private readonly nowMs: () => number,
  ) {
    this.look();
    this.timer = setInterval(() => this.look(), SAMPLE_EVERY_MS);
    this.timer.unref();
  }

  private look(): void {
    const mb = Object.fromEntries(
      Object.entries(this.pids()).map(([name, pids]) => [
        name,
        pids.reduce((sum, pid) => sum + residentMb(pid), 0),
      ]),
    );
    this.samples.push({ atMs: this.nowMs(), mb });
  }

  stop(): readonly MemorySample[] {
    clearInterval(this.timer);
    this.look();
    return this.samples;
  }
}
