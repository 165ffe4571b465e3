import type { IncomingHttpHeaders } from 'node:http';
import { SCHEMA_VERSION } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { SCHEMA_HEADER } from '../../../../shared/protocol/endpoints';
import { ByteBudget } from './byte-budget';
import type { DeviceIdentity } from './device-context';
import { EndpointOrder, type EndpointView } from './endpoint-order';
import { lineError, refusalError } from './line-errors';
import { LinePace } from './line-pace';
import { type Priority, PriorityGate } from './priority-gate';
import { systemTiming, type Timing, within } from './timing';
import { boundedBody } from './transport/bounded-answer';
import { strangeAnswer } from './transport/strange-answer';
import { TlsTransport } from './transport/tls-transport';
import type { Transport, TransportAnswer } from './transport/transport';

export interface LineOptions {
  /** `https://host:port`, the preferred first; another is used while it does not answer. */
  readonly endpoints: readonly string[];
  /** PEM of the office's own authority: the only one trusted. */
  readonly ca: string;
  /** PEM; absent only while enrolling. */
  readonly certificate?: string;
  /** PKCS#8 DER; stays the caller's, who zeroes it. */
  readonly key?: Uint8Array;
}

/** What lines are made of: the product's wire and clock, or a simulator's. */
export interface LineSetup {
  readonly timing: Timing;
  /** Shared by all lines of a device. */
  readonly budget: ByteBudget;
  transport(identity: DeviceIdentity): Transport;
}

/** TLS straight to the server, no limit. */
export function plainSetup(): LineSetup {
  return {
    timing: systemTiming,
    budget: new ByteBudget(systemTiming),
    transport: (identity) => new TlsTransport(identity),
  };
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  /**
   * A POST that the server may take twice without harm (it answers the same, or merely reads): it goes to another endpoint also where
   * this one may have taken it. Without this a POST that went out is asked once, and what became of it is its asker's matter. Every GET is.
   */
  readonly isRepeatable?: boolean;
  /** Absolute path with query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as they are, in the place of `body`. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** `delta` where it does not say. */
  readonly priority?: Priority;
}

/** An answer whose headers are in; the receiver reads the body to its end or destroys it. */
export interface LineAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
  destroy(): void;
}

const MAX_REFUSAL_BYTES = 64 * 1024;

/**
 * The line to the central server. Over its transport it adds what a bad line needs: time-outs that follow
 * the measured line, another endpoint where one does not answer (for what may be asked twice), bounds on every answer, a bandwidth limit and an
 * order of importance. Throws documented codes only (line-errors.ts). Repeating is the callers' matter (retries.ts).
 */
export class Line {
  readonly timing: Timing;
  /** What the line has shown of itself, for sizes of requests. */
  readonly pace: LinePace;
  private readonly transport: Transport;
  private readonly order: EndpointOrder;
  private readonly budget: ByteBudget;
  private readonly gate = new PriorityGate();
  private readonly closing = new AbortController();

  constructor(options: LineOptions, setup = plainSetup()) {
    const { ca, certificate, key } = options;
    this.timing = setup.timing;
    this.transport = setup.transport({ ca, certificate, key });
    this.budget = setup.budget;
    this.pace = new LinePace(this.timing);
    this.order = new EndpointOrder(options.endpoints, this.timing);
  }

  /** The endpoint that is used now. */
  get endpoint(): string {
    return this.order.current;
  }

  /** All endpoints and what is known of them. */
  get endpoints(): readonly EndpointView[] {
    return this.order.view();
  }

  /** As Transport.carriedBytes; undefined where nothing goes over a line. */
  get carriedBytes(): number | undefined {
    return this.transport.carriedBytes;
  }

  /** Ends every connection and takes no request any more; the device's key goes with the line itself. */
  close(): void {
    this.closing.abort();
    this.transport.close();
  }

  /** A whole answer, at most `maxBytes` long, of the wanted content type. */
  async get(ask: Ask, contentType: string, maxBytes: number): Promise<Buffer> {
    return (await this.getWithHeaders(ask, contentType, maxBytes)).body;
  }

  /** The same with the answer's status (304 is an answer with no body) and headers. */
  async getWithHeaders(
    ask: Ask,
    contentType: string,
    maxBytes: number,
  ): Promise<{
    readonly status: number;
    readonly body: Buffer;
    readonly headers: IncomingHttpHeaders;
  }> {
    const answer = await this.open(ask);
    const { status, headers } = answer;
    // Read to its end, empty as it is: an answer that is destroyed takes its connection along.
    if (status === 304) return { status, headers, body: await collect(answer, 0) };
    if (status >= 300) {
      const body = await collect(answer, MAX_REFUSAL_BYTES);
      throw refusalError(status, answer.contentType, body);
    }
    if (!answer.contentType.startsWith(contentType)) {
      answer.destroy();
      throw new AppError('SYNC_PROTOCOL', {}, `content type ${answer.contentType} at ${ask.path}`);
    }
    return { status, headers, body: await collect(answer, maxBytes) };
  }

  /** A JSON answer; the caller parses it by its schema. */
  async json(ask: Ask, maxBytes: number): Promise<unknown> {
    const body = await this.get(ask, 'application/json', maxBytes);
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch {
      throw new AppError('SYNC_PROTOCOL', {}, `no JSON at ${ask.path}`);
    }
  }

  /** An open answer of our server, whatever its status; what is somebody else's answer is refused. */
  async open(ask: Ask): Promise<LineAnswer> {
    const { order } = this;
    const body = bodyOf(ask);
    let told: AppError | null = null;
    for (const [index, endpoint] of order.tries().entries()) {
      const reach: Reach = { isConnected: false };
      try {
        const answer = await this.ask(endpoint, ask, body, { left: order.count - index, reach });
        order.answered(endpoint);
        return answer;
      } catch (cause) {
        const error = lineError(cause);
        if (!(error instanceof AppError) || !isElsewherePossible(error)) throw error;
        order.failed(endpoint);
        if (!isRepeatable(ask) && mayBeTaken(reach, error)) throw error;
        told = moreTelling(told, error);
      }
    }
    throw told ?? new AppError('SYNC_UNREACHABLE', {}, 'no endpoint');
  }

  private async ask(
    endpoint: string,
    ask: Ask,
    body: Buffer | null,
    tried: Tried,
  ): Promise<LineAnswer> {
    if (this.closing.signal.aborted) throw closed();
    const abort = new AbortController();
    const outer = [this.closing.signal, ...(ask.signal === undefined ? [] : [ask.signal])];
    const stop = () => abort.abort();
    for (const signal of outer) signal.addEventListener('abort', stop, { once: true });
    if (ask.signal?.aborted) stop();
    const priority = ask.priority ?? 'delta';
    let leave: () => void = () => undefined;
    const end = () => {
      for (const signal of outer) signal.removeEventListener('abort', stop);
      leave();
    };
    try {
      leave = await this.gate.enter(priority, abort.signal);
      const answer = await this.exchange(endpoint, ask, body, tried, abort);
      const { timing, pace, budget, gate } = this;
      const { signal } = abort;
      const parts = { answer, priority, signal, timing, pace, budget, gate };
      const onEnd = (failure: unknown) => {
        end();
        if (!signal.aborted) this.learn(endpoint, ask, answer.status, failure);
      };
      return received(answer, boundedBody({ ...parts, onEnd }), end, signal);
    } catch (cause) {
      abort.abort();
      end();
      throw this.closing.signal.aborted ? closed() : cause;
    }
  }

  /** What the end of an answer tells of its endpoint; one that a bound of ours cut off tells nothing. */
  private learn(endpoint: string, { path }: Ask, status: number, failure: unknown): void {
    const isOwn = failure instanceof AppError && failure.code === 'CANCELLED';
    const isWhole = failure === null && status < 500;
    if (!isOwn) this.order.ended(endpoint, path.replace(/\?.*$/, ''), isWhole);
  }

  /** Sends and waits for the headers, each step within its deadline. */
  private async exchange(
    endpoint: string,
    ask: Ask,
    body: Buffer | null,
    { left, reach }: Tried,
    abort: AbortController,
  ): Promise<TransportAnswer> {
    const { timing, pace, budget } = this;
    const { connectMs, answerMs } = pace.deadlines(this.order.count, left);
    const { signal } = abort;
    let connected: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => {
      connected = resolve;
    });
    let sent = 0;
    const answered = pace.begin();
    const opening = this.transport.open(endpoint, {
      method: ask.method ?? 'GET',
      path: ask.path,
      headers: {
        [SCHEMA_HEADER]: String(SCHEMA_VERSION),
        ...(ask.bytes === undefined ? {} : { 'Content-Type': 'application/octet-stream' }),
        ...ask.headers,
      },
      body,
      signal,
      pace: async (bytes) => {
        await budget.take(bytes, signal);
        sent += bytes;
      },
      isRepeatable: isRepeatable(ask),
      onConnected: () => {
        reach.isConnected = true;
        connected();
      },
    });
    await within(timing, connectMs, Promise.race([standing, opening]), late('no connection'));
    // While a body still goes out the server owes nothing: the wait begins anew with every progress.
    for (;;) {
      const before = sent;
      try {
        const answer = await within(timing, answerMs, opening, late('no answer'));
        if (body === null) answered();
        const strange = strangeAnswer(answer, endpoint);
        if (strange === null) return answer;
        answer.destroy();
        throw strange;
      } catch (error) {
        if (!(error instanceof LateError) || sent === before || signal.aborted) throw error;
      }
    }
  }
}

/** What the receiver gets. A body that nobody ever asked for has no end of its own: the signal's is its end then. */
function received(
  answer: TransportAnswer,
  body: AsyncGenerator<Buffer, void, undefined>,
  end: () => void,
  signal: AbortSignal,
): LineAnswer {
  const { status, headers } = answer;
  let isAsked = false;
  const destroy = () => {
    answer.destroy();
    end();
  };
  signal.addEventListener(
    'abort',
    () => {
      if (!isAsked) destroy();
    },
    { once: true },
  );
  return {
    status,
    headers,
    contentType: headers['content-type'] ?? '',
    body: {
      [Symbol.asyncIterator]: () => {
        isAsked = true;
        return body;
      },
    },
    destroy,
  };
}

function bodyOf({ body, bytes }: Ask): Buffer | null {
  if (bytes !== undefined) return Buffer.from(bytes);
  return body === undefined ? null : Buffer.from(JSON.stringify(body));
}

class LateError extends AppError {}

function late(what: string): () => AppError {
  return () => new LateError('SYNC_UNREACHABLE', {}, what);
}

function closed(): AppError {
  return new AppError('SYNC_INTERRUPTED', {}, 'the line is closed');
}

/** How far a request came at one endpoint. */
interface Reach {
  isConnected: boolean;
}

/** One of the endpoints' turns: how many are left with it, and how far it came. */
interface Tried {
  readonly left: number;
  readonly reach: Reach;
}

const isRepeatable = ({ method = 'GET', isRepeatable: says = false }: Ask): boolean =>
  method === 'GET' || says;

/** Failures of the handshake or before it: nothing of the request went out. */
const BEFORE_IT: readonly string[] = [
  'SYNC_CLOCK',
  'SYNC_SERVER_IDENTITY',
  'SYNC_PROXY_UNREACHABLE',
  'SYNC_PROXY_REFUSED',
];

/** Whether the server may have the request, although no answer came. */
const mayBeTaken = ({ isConnected }: Reach, { code }: AppError): boolean =>
  isConnected && !BEFORE_IT.includes(code);

/** What one endpoint's way may have and another's not. */
function isElsewherePossible({ code }: AppError): boolean {
  return TELLING.includes(code);
}

/** From the least to the most telling of several endpoints' failures. */
const TELLING = [
  'SYNC_UNREACHABLE',
  'SYNC_INTERRUPTED',
  'SYNC_PROXY_UNREACHABLE',
  'SYNC_PROTOCOL',
  'SYNC_CLOCK',
  'SYNC_SERVER_IDENTITY',
  'SYNC_PROXY_REFUSED',
  'SYNC_PORTAL',
];

function moreTelling(before: AppError | null, now: AppError): AppError {
  if (before === null) return now;
  return TELLING.indexOf(now.code) >= TELLING.indexOf(before.code) ? now : before;
}

/** All bytes of an answer; more than `maxBytes` is refused before it is kept, or even sent where it is announced. */
async function collect(answer: LineAnswer, maxBytes: number): Promise<Buffer> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (announced > maxBytes) {
    answer.destroy();
    throw new AppError('SYNC_ANSWER_TOO_LARGE', {}, `${announced} bytes announced`);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer.body) {
    length += part.length;
    if (length > maxBytes) throw new AppError('SYNC_ANSWER_TOO_LARGE', {}, 'endless answer');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
