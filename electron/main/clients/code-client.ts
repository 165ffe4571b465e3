import type { CodeFault } from '../../jobs/codes/read-codes';
import type { CodeEvent } from '../../jobs/codes/serve-codes';
import type { ProcessLink, StartProcess } from './process-link';

/** A picture that takes longer is made to. */
const LIMIT_MS = 20_000;

/** The texts of the codes in a picture, or why there are none: `stopped` when the process ended or took too long. */
export type CodesFound = readonly string[] | CodeFault | 'stopped';

/** A decoder that stays for the pictures of one camera. */
export interface HeldReader {
  readonly isOver: boolean;
  read(bytes: Uint8Array): Promise<CodesFound>;
  end(): void;
}

/**
 * Pictures with QR codes. What comes as a file is read in a process of its own that ends with the answer: whoever takes
 * over the decoder by a picture finds nothing there and nobody after. The pictures of a camera share one (`hold`).
 */
export class CodeClient {
  private readonly readers = new Set<HeldReader>();

  constructor(private readonly startProcess: StartProcess) {}

  async read(bytes: Uint8Array): Promise<CodesFound> {
    const reader = this.hold();
    try {
      return await reader.read(bytes);
    } finally {
      reader.end();
    }
  }

  /** Starts a process that reads one picture after another until it is ended, hangs or dies. */
  hold(): HeldReader {
    const reader = new Reader(this.startProcess(), () => this.readers.delete(reader));
    this.readers.add(reader);
    return reader;
  }

  /** Ends what is being read. */
  stop(): void {
    for (const reader of [...this.readers]) reader.end();
  }
}

class Reader implements HeldReader {
  private waiting: { readonly id: number; answer(found: CodesFound): void } | null = null;
  private lastId = 0;
  isOver = false;

  constructor(
    private readonly link: ProcessLink,
    private readonly gone: () => void,
  ) {
    link.onExit(() => this.end());
    link.onMessage((message) => {
      const event = message as CodeEvent;
      if (event.kind === 'codes.found') this.answer(event.id, event.texts);
      else if (event.kind === 'codes.refused') this.answer(event.id, event.fault);
    });
  }

  read(bytes: Uint8Array): Promise<CodesFound> {
    // One after the other: whoever asks while a picture is being read gets no second one started.
    if (this.isOver || this.waiting !== null) return Promise.resolve('stopped');
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      const limit = setTimeout(() => this.end(), LIMIT_MS);
      const answer = (found: CodesFound) => {
        clearTimeout(limit);
        this.waiting = null;
        resolve(found);
      };
      this.waiting = { id, answer };
      this.link.post({ kind: 'codes.read', id, bytes });
    });
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.gone();
    this.link.kill();
    this.waiting?.answer('stopped');
  }

  private answer(id: number, found: CodesFound): void {
    if (this.waiting?.id === id) this.waiting.answer(found);
  }
}
