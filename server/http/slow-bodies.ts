import type { FastifyInstance } from 'fastify';

/** A sender that gives less than this within the limit holds the connection, and is let go. */
const LEAST_BYTES = 4_096;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A body that may take its time, as long as it comes: large, over whatever line a device has. */
    readonly isSlow?: boolean;
  }
}

/**
 * Bounds how long a request's body takes, ms: the whole of it, or on slow routes each part of that length of time. Headers
 * have Node's own limit.
 */
export function limitBodies(server: FastifyInstance, ms: number): void {
  server.addHook('onRequest', async (request) => {
    const { raw, routeOptions } = request;
    const { socket } = raw;
    let seen = socket.bytesRead;
    const timer = setInterval(() => {
      const came = socket.bytesRead - seen;
      seen += came;
      if (raw.complete) clearInterval(timer);
      else if (!(routeOptions.config.isSlow && came >= LEAST_BYTES)) socket.destroy();
    }, ms);
    timer.unref();
    raw.once('close', () => clearInterval(timer));
  });
}
