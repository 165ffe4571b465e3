import { AsyncLocalStorage } from 'node:async_hooks';
import { MemoryFiles } from './memory-files';

/** One life of a machine's program. What began in a life that has ended never comes back to it. */
export interface Life {
  readonly host: Host;
}

/** A machine: its disk outlives its program, its clock may be wrong. */
export class Host {
  life: Life = { host: this };
  readonly files = new MemoryFiles();
  /** Wall clock minus the world's, ms. */
  skewMs = 0;

  constructor(readonly name: string) {}

  /** Ends the program at once; the disk stays. */
  crash(): void {
    this.life = { host: this };
  }
}

/** Which machine's program is running right now; undefined in the world's own code. */
export const running = new AsyncLocalStorage<Life | undefined>();

export function isAlive(life: Life | undefined): boolean {
  return life === undefined || life.host.life === life;
}
