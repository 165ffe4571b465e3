import { readFile, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { writeAtomically } from '../../platform/atomic-write';
import type { ServiceLog } from '../services/ports';

export interface EngineParts {
  /** Where a success is remembered. */
  readonly memory: string;
  /** Program and system: a change of either is judged anew. */
  readonly identity: string;
  /** A source checkout was told to run as the emergency reader. */
  readonly isForced: boolean;
  probe(): Promise<boolean>;
  readonly log: ServiceLog;
}

/**
 * Which store this machine runs: the encrypted one, or the emergency reader where its native binding
 * does not load. Only a success is remembered: a machine that was mended is noticed at the next start.
 */
export class StoreEngine {
  private judged: Promise<void> | null = null;
  private emergency: boolean;

  constructor(private readonly parts: EngineParts) {
    this.emergency = parts.isForced;
  }

  get isEmergency(): boolean {
    return this.emergency;
  }

  /** Resolves when it is known. */
  ready(): Promise<void> {
    this.judged ??= this.judge();
    return this.judged;
  }

  /** The store died while it opened: what was remembered may no longer be so. */
  async doubt(): Promise<void> {
    this.judged = null;
    await rm(this.parts.memory, { force: true });
  }

  private async judge(): Promise<void> {
    const { memory, identity, isForced, probe, log } = this.parts;
    if (isForced) return;
    const known = await readFile(memory, 'utf8').catch(() => '');
    if (known === identity) return;
    this.emergency = !(await probe());
    if (this.emergency) {
      log.warn('the encrypted engine does not load here: emergency reader');
      return;
    }
    await writeAtomically(memory, identity).catch((error: unknown) =>
      log.warn('engine not remembered', { detail: String(error) }),
    );
  }
}

/** What the binding's loading depends on. */
export function engineIdentity(version: string, electron: string, binding: string): string {
  const { platform, arch } = process;
  return [version, electron, platform, arch, release(), binding].join('|');
}
