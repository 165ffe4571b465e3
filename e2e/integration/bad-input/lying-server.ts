import type { Server as HttpsServer } from 'node:https';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Central } from '../../../server/central';
import type { ServedParts } from '../../../server/http/served-parts';
import { buildServer } from '../../../server/http/server';
import type { RegionKeySet } from '../../../server/keys/region-keys';
import { CHECKPOINT_PACKED_HEADER } from '../../../shared/protocol/endpoints';

/** What a lie may change of an answer: the bytes, and by `reply` status and headers. */
export interface Told {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The true answer: text of JSON answers, bytes of objects and pages. */
  readonly truth: unknown;
  readonly server: LyingServer;
}

/** Says what is sent instead of the truth. */
export type Lie = (told: Told) => unknown;

/**
 * The real server once more on another port, with the same data, keys and a certificate of the right
 * authority, whose answers can be made wrong on their way out.
 */
export class LyingServer {
  /** Null: the truth. */
  lie: Lie | null = null;
  address = '';
  /** The address that devices are told at their enrolment, where a line lies between. */
  named: string | null = null;

  private constructor(
    readonly parts: ServedParts,
    private readonly end: () => Promise<void>,
    private readonly show: (nowMs: number) => Promise<void>,
  ) {}

  /**
   * Shows a certificate that was issued at another time, and ends the connections that know the former one: to the
   * device it is as if its own clock were off by as much the other way.
   */
  showDate(nowMs: number): Promise<void> {
    return this.show(nowMs);
  }

  static async start(central: Central): Promise<LyingServer> {
    const own = (central as unknown as { readonly parts: ServedParts }).parts;
    const parts: ServedParts = { ...own, endpoints: () => [lying.named ?? lying.address] };
    const certificate = await parts.authority.issueServer(['127.0.0.1'], parts.nowMs());
    const server = buildServer(parts, {
      certificate: certificate + central.caPem,
      key: parts.keys.tlsPrivateKey(),
      ca: central.caPem,
    });
    const end = async (): Promise<void> => {
      await server.close();
    };
    const lying = new LyingServer(parts, end, async (nowMs) => {
      const cert = await parts.authority.issueServer(['127.0.0.1'], nowMs);
      const https = server.server as unknown as HttpsServer;
      https.setSecureContext({
        cert: cert + central.caPem,
        key: parts.keys.tlsPrivateKey(),
        ca: central.caPem,
      });
      https.closeAllConnections();
    });
    // An answer that says only that nothing changed leaves no room for a lie.
    server.addHook('onRequest', async (request) => {
      if (lying.lie === null) return;
      delete request.headers['if-none-match'];
      // Proofs in plain words are easier to twist.
      delete request.headers[CHECKPOINT_PACKED_HEADER];
    });
    server.addHook('onSend', async (request, reply, truth) => {
      const { lie } = lying;
      return lie === null ? truth : lie({ request, reply, truth, server: lying });
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const bound = server.server.address() as { readonly port: number };
    lying.address = `https://127.0.0.1:${bound.port}`;
    return lying;
  }

  async regionKeys(region: string): Promise<RegionKeySet> {
    const found = await this.parts.regions.find(Number(region));
    if (found === undefined) throw new Error(`no region ${region}`);
    return found.keys;
  }

  close(): Promise<void> {
    return this.end();
  }
}
