import type { IncomingHttpHeaders } from 'node:http';

/** One request as it goes out; everything that may be repeated has been decided before. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  /** Absolute path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** May be sent again where a kept connection had ended; what may not goes over a new one. */
  readonly isRepeatable: boolean;
  /** Ends the exchange at any time, the answer's body included. */
  readonly signal: AbortSignal;
  /** Resolves when so many bytes of the body may go out; the transport asks piece by piece. */
  pace(bytes: number): Promise<void>;
  /** The connection stands (TLS included); what follows is the server's own time. */
  onConnected(): void;
}

/** An answer whose headers are in. The receiver reads the body to its end or destroys it. */
export interface TransportAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Rejects when the line breaks before the announced end. */
  readonly body: AsyncIterable<Buffer>;
  destroy(): void;
}

/**
 * Carries one request to one endpoint and nothing more: no retry, no other endpoint, no time-out but what
 * the signal says. The product's is TLS (tls-transport.ts); a simulator gives its own.
 */
export interface Transport {
  /** Rejects with the platform's own errors (line-errors.ts names them) or documented codes. */
  open(endpoint: string, exchange: Exchange): Promise<TransportAnswer>;
  /** Ends every connection. */
  close(): void;
  /**
   * Bytes of requests and answers both ways since the beginning, headers, retries and what a cut line lost included;
   * without what TLS adds. Absent where nothing is carried over a line.
   */
  readonly carriedBytes?: number;
}
