import type { Chance } from './chance';
import { type Host, isAlive, type Life, running } from './host';
import { systemError } from './memory-files';
import { world } from './world';

/** A request as it left a machine. */
export interface Asked {
  /** The machine's name: whose certificate it is. */
  readonly device: string;
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Who waits for the answer. */
export interface Waiting {
  connected(): void;
  head(answer: Answered): void;
  piece(bytes: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/** How often a line does what to a request, each from 0 to 1. */
export interface LineFaults {
  readonly dropped: number;
  readonly answerLost: number;
  readonly duplicated: number;
  readonly slow: number;
  readonly truncated: number;
  readonly corrupted: number;
  /** An older answer to the same kind of request, as a broken cache gives it. */
  readonly stale: number;
  readonly portal: number;
}

export const SOUND_LINE: LineFaults = {
  dropped: 0,
  answerLost: 0,
  duplicated: 0,
  slow: 0,
  truncated: 0,
  corrupted: 0,
  stale: 0,
  portal: 0,
};

const PORTAL: Answered = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><body>请先登录校园网</body></html>'),
};
const SLOW_MS = 50_000;
const MOST_PIECES = 6;
const STALE_KEPT = 12;

interface Exchange {
  readonly host: Host;
  readonly life: Life;
  waiting: Waiting | null;
}

/** The lines between the machines and the server, and everything that lines do. */
export class Network {
  faults: LineFaults = SOUND_LINE;
  isServerUp = true;
  private readonly cutOff = new Set<Host>();
  private readonly open = new Set<Exchange>();
  private readonly earlier = new Map<string, Answered[]>();
  private readonly chance: Chance;
  /** Body bytes that came down. */
  bytesDown = 0;
  met = new Map<string, number>();

  constructor(
    private readonly server: Host,
    private readonly serve: (asked: Asked) => Promise<Answered>,
    chance: Chance,
  ) {
    this.chance = chance;
  }

  /** Cuts a machine off, or joins it again. What is under way breaks. */
  setCutOff(host: Host, isCut: boolean): void {
    if (isCut) this.cutOff.add(host);
    else this.cutOff.delete(host);
    if (isCut) this.breakAll((one) => one.host === host);
  }

  /** The server's program ends or begins. */
  setServerUp(isUp: boolean): void {
    this.isServerUp = isUp;
    if (isUp) return;
    this.server.crash();
    this.breakAll(() => true);
  }

  /** Sends a request; the answer says how to give it up. */
  send(asked: Asked, waiting: Waiting): () => void {
    const life = running.getStore();
    if (life === undefined) throw new Error('a request of no machine');
    const exchange: Exchange = { host: life.host, life, waiting };
    this.open.add(exchange);
    this.dispatch(asked, exchange);
    return () => this.close(exchange);
  }

  private dispatch(asked: Asked, exchange: Exchange): void {
    const { chance, faults } = this;
    const there = this.latency();
    if (this.cutOff.has(exchange.host) || !this.isServerUp) {
      // Refused at once, or swallowed.
      if (chance.isHit(0.7))
        this.fail(exchange, there, systemError('ECONNREFUSED', asked.endpoint));
      return;
    }
    world().after(there / 2, () => exchange.waiting?.connected());
    if (chance.isHit(faults.portal)) {
      this.count('portal');
      this.deliver(exchange, PORTAL);
      return;
    }
    if (chance.isHit(faults.dropped)) {
      this.count('dropped');
      return;
    }
    world().after(there, () => void this.arrive(asked, exchange), this.server.life);
    if (!chance.isHit(faults.duplicated)) return;
    this.count('duplicated');
    world().after(this.latency(), () => void this.serve(asked), this.server.life);
  }

  private async arrive(asked: Asked, exchange: Exchange): Promise<void> {
    const { life } = this.server;
    const answer = await this.serve(asked);
    if (!isAlive(life)) return;
    const { chance, faults } = this;
    const kind = `${asked.device} ${asked.method} ${asked.path.split('?')[0] ?? ''}`;
    const before = this.earlier.get(kind) ?? [];
    if (answer.status === 200) this.earlier.set(kind, [...before, answer].slice(-STALE_KEPT));
    if (chance.isHit(faults.answerLost)) {
      this.count('answer lost');
      if (chance.isHit(0.5))
        this.fail(exchange, this.latency(), systemError('ECONNRESET', 'reset'));
      return;
    }
    if (before.length > 0 && chance.isHit(faults.stale)) {
      this.count('stale');
      this.deliver(exchange, chance.pick(before));
    } else this.deliver(exchange, answer);
  }

  private deliver(exchange: Exchange, whole: Answered): void {
    const { chance, faults } = this;
    let { body } = whole;
    if (body.length > 0 && chance.isHit(faults.corrupted)) {
      this.count('corrupted');
      body = Buffer.from(body);
      const at = chance.between(0, body.length - 1);
      body[at] = (body[at] ?? 0) ^ (1 << chance.between(0, 7));
    }
    const isCut = chance.isHit(faults.truncated);
    if (isCut) this.count('truncated');
    const length = isCut ? chance.between(0, body.length) : body.length;
    let delay = this.latency();
    const later = (act: (waiting: Waiting) => void) =>
      world().after(
        delay,
        () => {
          if (exchange.waiting !== null) act(exchange.waiting);
        },
        exchange.life,
      );
    later((waiting) => waiting.head({ ...whole, body }));
    const pieces = Math.min(MOST_PIECES, 1 + Math.floor(length / 1_024));
    for (let i = 0, from = 0; i < pieces && from < length; i++) {
      const to = i === pieces - 1 ? length : from + chance.between(1, length - from);
      const piece = body.subarray(from, to);
      delay += chance.between(1, 400);
      later((waiting) => {
        this.bytesDown += piece.length;
        waiting.piece(Buffer.from(piece));
      });
      from = to;
    }
    delay += 1;
    later((waiting) => {
      this.close(exchange);
      if (isCut) waiting.fail(systemError('ECONNRESET', 'aborted'));
      else waiting.end();
    });
  }

  private fail(exchange: Exchange, ms: number, error: Error): void {
    const act = () => {
      const { waiting } = exchange;
      this.close(exchange);
      waiting?.fail(error);
    };
    world().after(ms, act, exchange.life);
  }

  private latency(): number {
    if (!this.chance.isHit(this.faults.slow)) return this.chance.between(2, 250);
    this.count('slow');
    return this.chance.between(250, SLOW_MS);
  }

  private close(exchange: Exchange): void {
    exchange.waiting = null;
    this.open.delete(exchange);
  }

  private breakAll(isMeant: (exchange: Exchange) => boolean): void {
    for (const exchange of [...this.open])
      if (isMeant(exchange)) this.fail(exchange, 1, systemError('ECONNRESET', 'reset'));
  }

  private count(fault: string): void {
    this.met.set(fault, (this.met.get(fault) ?? 0) + 1);
  }
}

let present: Network | undefined;

export function network(): Network {
  if (present === undefined) throw new Error('no network');
  return present;
}

export function beginNetwork(one: Network): void {
  present = one;
}
