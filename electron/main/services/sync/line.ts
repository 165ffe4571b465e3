import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { AppError } from '../../../../shared/errors/app-error';
import { deviceContext } from './device-context';
import { lineError, refusalError } from './line-errors';

export interface LineOptions {
  /** `https://host:port`, tried in order; the one that answered last is tried first. */
  readonly endpoints: readonly string[];
  /** PEM of the office's own authority: the only one trusted. */
  readonly ca: string;
  /** PEM; absent only while enrolling. */
  readonly certificate?: string;
  /** PKCS#8 DER; stays the caller's, who zeroes it. */
  readonly key?: Uint8Array;
  /** Silence after which a request counts as broken. */
  readonly idleTimeoutMs?: number;
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  /** Absolute path with query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const MAX_REFUSAL_BYTES = 64 * 1024;

/**
 * The line to the central server: HTTPS over TLS 1.3 with the device's certificate, trusting the
 * office's authority alone (no system roots, no proxy that breaks TLS). Fails over to the next
 * endpoint when one cannot be reached. Throws documented codes only (line-errors.ts).
 */
export class Line {
  private readonly agent: Agent;
  private isClosed = false;
  private readonly endpoints: readonly string[];
  private readonly idleTimeoutMs: number;
  private current = 0;

  constructor({ endpoints, idleTimeoutMs = 30_000, ca, certificate, key }: LineOptions) {
    this.endpoints = endpoints;
    this.idleTimeoutMs = idleTimeoutMs;
    this.agent = new Agent({
      keepAlive: true,
      // Said outright: the environment's NODE_TLS_REJECT_UNAUTHORIZED must not switch the pin off.
      rejectUnauthorized: true,
      maxSockets: 4,
      secureContext: deviceContext({ ca, certificate, key }),
    });
  }

  /** The endpoint that answered last. */
  get endpoint(): string {
    return this.endpoints[this.current] ?? '';
  }

  /** Ends every connection and takes no request any more; the device's key goes with the line itself. */
  close(): void {
    this.isClosed = true;
    this.agent.destroy();
  }

  /** A whole answer, at most `maxBytes` long, of the wanted content type. */
  async get(ask: Ask, contentType: string, maxBytes: number): Promise<Buffer> {
    return (await this.getWithHeaders(ask, contentType, maxBytes)).body;
  }

  /** The same with the answer's headers. */
  async getWithHeaders(
    ask: Ask,
    contentType: string,
    maxBytes: number,
  ): Promise<{ readonly body: Buffer; readonly headers: IncomingHttpHeaders }> {
    const response = await this.open(ask);
    const type = response.headers['content-type'] ?? '';
    if (response.statusCode === undefined || response.statusCode >= 300) {
      const body = await collect(response, MAX_REFUSAL_BYTES);
      throw refusalError(response.statusCode ?? 0, type, body);
    }
    if (!type.startsWith(contentType)) {
      response.destroy();
      throw new AppError('SYNC_PROTOCOL', {}, `content type ${type} at ${ask.path}`);
    }
    return { body: await collect(response, maxBytes), headers: response.headers };
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

  /** An open answer with its headers; the caller reads or destroys it. */
  async open(ask: Ask): Promise<IncomingMessage> {
    const { endpoints } = this;
    for (let tried = 1; ; tried++) {
      if (this.isClosed) throw new AppError('SYNC_INTERRUPTED', {}, 'the line is closed');
      try {
        return await this.ask(this.endpoint, ask);
      } catch (cause) {
        const error = lineError(cause);
        const isElsewherePossible = error instanceof AppError && error.code === 'SYNC_UNREACHABLE';
        if (!isElsewherePossible || tried >= endpoints.length) throw error;
        this.current = (this.current + 1) % endpoints.length;
      }
    }
  }

  private ask(endpoint: string, ask: Ask): Promise<IncomingMessage> {
    const url = new URL(ask.path, endpoint);
    const body = ask.body === undefined ? undefined : Buffer.from(JSON.stringify(ask.body));
    const timeoutMs = this.idleTimeoutMs;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        {
          agent: this.agent,
          method: ask.method ?? 'GET',
          headers: {
            ...ask.headers,
            ...(body === undefined
              ? {}
              : { 'Content-Type': 'application/json', 'Content-Length': String(body.length) }),
          },
          ...(ask.signal === undefined ? {} : { signal: ask.signal }),
        },
        resolve,
      );
      outgoing.setTimeout(timeoutMs, () => {
        outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** All bytes of an answer; more than `maxBytes` is refused before it is kept. */
async function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > maxBytes) throw new AppError('SYNC_PROTOCOL', {}, 'answer too long');
      parts.push(part);
    }
  } catch (cause) {
    throw lineError(cause);
  }
  return Buffer.concat(parts);
}
