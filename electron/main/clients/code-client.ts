import type { CodeFault } from '../../jobs/codes/read-codes';
import type { CodeEvent } from '../../jobs/codes/serve-codes';
import type { ProcessLink, StartProcess } from './process-link';

/** A picture that takes longer is made to. */
const LIMIT_MS = 20_000;

/**
 * Pictures with QR codes, each read in a process of its own that ends with the answer: whoever takes over the decoder
 * by a picture finds nothing there and nobody after.
 */
export class CodeClient {
  private readonly links = new Set<ProcessLink>();

  constructor(private readonly startProcess: StartProcess) {}

  /** The texts of the codes, or why there are none: `stopped` when the process ended or took too long. */
  read(bytes: Uint8Array): Promise<readonly string[] | CodeFault | 'stopped'> {
    return new Promise((resolve) => {
      const link = this.startProcess();
      this.links.add(link);
      const end = (answer: readonly string[] | CodeFault | 'stopped') => {
        clearTimeout(limit);
        this.links.delete(link);
        link.kill();
        resolve(answer);
      };
      const limit = setTimeout(() => end('stopped'), LIMIT_MS);
      link.onExit(() => end('stopped'));
      link.onMessage((message) => {
        const event = message as CodeEvent;
        if (event.kind === 'codes.found') end(event.texts);
        else if (event.kind === 'codes.refused') end(event.fault);
      });
      link.post({ kind: 'codes.read', id: 0, bytes });
    });
  }

  /** Ends what is being read. */
  stop(): void {
    for (const link of [...this.links]) link.kill();
  }
}
