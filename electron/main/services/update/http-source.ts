import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { AppError } from '../../../../shared/errors/app-error';
import { RELEASE_METADATA_MAX_BYTES } from '../../../../shared/protocol/release-metadata';
import type { ByteBudget } from '../sync/byte-budget';
import type { FindWays } from '../sync/transport/proxy';
import { WayAgent } from '../sync/transport/way-agent';
import { Arriving } from './arriving';
import type { OpenedFile, ReleaseSource, Wanted } from './release-source';

export interface HttpLimits {
  /** So long may nothing come, or less than `leastBytes` in all. */
  readonly stallMs: number;
  readonly leastBytes: number;
}
const LIMITS: HttpLimits = { stallMs: 30_000, leastBytes: 2_048 };
const MAX_REDIRECTS = 3;

export interface HttpParts {
  /** The line's limit, shared with everything else that crosses it. */
  readonly budget: ByteBudget;
  readonly findWays: FindWays;
  readonly limits?: HttpLimits;
}

/**
 * A plain server. Whatever it says is bounded in time and length; it may send on within its own origin only. TLS keeps
 * others from seeing what is fetched; that it is genuine is for signatures to say.
 */
export class HttpSource implements ReleaseSource {
  readonly medium = 'timestamp';
  private readonly base: URL;
  private readonly agent: WayAgent;
  private readonly limits: HttpLimits;

  constructor(
    base: string,
    private readonly parts: HttpParts,
  ) {
    this.base = new URL(base.endsWith('/') ? base : `${base}/`);
    this.agent = new WayAgent({ rejectUnauthorized: true, maxSockets: 2 }, parts.findWays);
    this.limits = parts.limits ?? LIMITS;
  }

  async metadata(name: string, signal: AbortSignal): Promise<string | null> {
    const arriving = await this.ask(`metadata/${name}`, {}, signal);
    const { response } = arriving;
    if (response.statusCode === 404 || response.statusCode === 410) {
      response.destroy();
      return null;
    }
    if (response.statusCode !== 200) throw refused(response);
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.paced(arriving, signal)) {
      length += piece.length;
      if (length > RELEASE_METADATA_MAX_BYTES) {
        response.destroy();
        throw new AppError('UPDATE_REFUSED', { reason: 'endless' }, name);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async file(name: string, wanted: Wanted, signal: AbortSignal): Promise<OpenedFile> {
    const { from, end, tag } = wanted;
    // A weak tag names no bytes (RFC 9110 section 13.1.5); without one the hash of the whole decides in the end.
    const strong = tag === null || tag.startsWith('W/') ? {} : { 'If-Range': tag };
    const isWhole = from === 0 && end === null;
    const headers = isWhole
      ? {}
      : { Range: `bytes=${from}-${end === null ? '' : end - 1}`, ...strong };
    const arriving = await this.ask(`files/${name}`, headers, signal);
    const { response } = arriving;
    const { statusCode } = response;
    const part = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '');
    if (statusCode === 416 && from > 0) {
      response.destroy();
      return this.file(name, { from: 0, end, tag: null }, signal);
    }
    const start = statusCode === 206 ? Number(part?.[1] ?? Number.NaN) : 0;
    if ((statusCode !== 200 && statusCode !== 206) || !Number.isSafeInteger(start) || start > from)
      throw refused(response);
    return {
      from: start,
      tag: response.headers.etag ?? null,
      body: this.paced(arriving, signal),
      destroy: () => void response.destroy(),
    };
  }

  /** Ends kept connections. */
  close(): void {
    this.agent.destroy();
  }

  private async ask(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Arriving> {
    let url = new URL(path, this.base);
    for (let hop = 0; ; hop++) {
      const arriving = await this.send(url, headers, signal);
      const { response } = arriving;
      const { statusCode = 0 } = response;
      const location = response.headers.location;
      if (statusCode < 300 || statusCode > 399 || location === undefined) return arriving;
      response.destroy();
      const next = addressOf(location, url);
      if (next === null || next.origin !== this.base.origin || hop >= MAX_REDIRECTS)
        throw new AppError('UPDATE_REDIRECTED', {}, String(statusCode));
      url = next;
    }
  }

  private send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Arriving> {
    return new Promise((resolve, reject) => {
      const options = { headers: { ...headers, 'Accept-Encoding': 'identity' }, signal };
      const outgoing =
        url.protocol === 'https:'
          ? tlsRequest(url, { ...options, agent: this.agent })
          : plainRequest(url, options);
      const timer = setTimeout(() => outgoing.destroy(tooSlow()), this.limits.stallMs);
      outgoing.on('response', (response) => resolve(new Arriving(response)));
      outgoing.on('error', reject);
      for (const event of ['response', 'error']) outgoing.on(event, () => clearTimeout(timer));
      outgoing.end();
    });
  }

  /** Pieces as the line's limit allows. Only the time that the other side takes counts as its slowness. */
  private async *paced(arriving: Arriving, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { stallMs, leastBytes } = this.limits;
    const { response } = arriving;
    let [leftMs, bytes] = [stallMs, 0];
    const timer = () => setTimeout(() => response.destroy(tooSlow()), leftMs);
    let running = timer();
    let sinceMs = performance.now();
    try {
      for await (const piece of arriving) {
        clearTimeout(running);
        leftMs -= performance.now() - sinceMs;
        bytes += piece.length;
        if (bytes >= leastBytes) [leftMs, bytes] = [stallMs, 0];
        await this.parts.budget.take(piece.length, signal);
        yield piece;
        sinceMs = performance.now();
        running = timer();
      }
    } finally {
      clearTimeout(running);
      response.destroy();
    }
  }
}

function addressOf(text: string, base: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

const tooSlow = (): AppError => new AppError('UPDATE_TOO_SLOW');

function refused(response: IncomingMessage): AppError {
  response.destroy();
  return new AppError('UPDATE_UNREACHABLE', {}, `status ${response.statusCode ?? 0}`);
}
