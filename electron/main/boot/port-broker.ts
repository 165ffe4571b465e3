import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import { CHANNEL_PORT } from '../../../shared/ipc/channels';
import type { PortAnswer, PortRequest } from '../../../shared/ipc/events';
import type { StoreClient } from '../clients/store-client';
import { grantedPortRoutes } from '../ipc/port-routes';
import { type FaultLog, refusal } from '../ipc/refusal';
import type { OpenSession } from '../services/unlock/session';
import type { SessionListener } from '../services/unlock/unlock';

const MAX_OPEN_REQUESTS = 64;

/**
 * Gives the page its end of a channel to the store, after the gates: an open session, a role that may
 * read, the main window. One channel per unlock and page; it ends with either.
 *
 * In the product the other end goes to the store process itself, so that rows never pass through
 * main's memory. A store that is a plain child process cannot take a port: then main relays, one
 * request at a time, and holds to the same list of routes.
 */
export class PortBroker implements SessionListener {
  private session: OpenSession | null = null;
  private mainEnd: MessagePortMain | null = null;

  constructor(
    private readonly page: () => WebContents | null,
    private readonly store: () => StoreClient,
    private readonly log: FaultLog,
  ) {}

  opened(session: OpenSession): void {
    this.session = session;
    this.grant();
  }

  closing(): void {
    this.session = null;
    this.end('LOCKED');
  }

  /** The page was loaded anew: its former end is gone. */
  pageLoaded(): void {
    if (this.session !== null) this.grant();
  }

  /** Tells the page that its port is gone and why. */
  end(reason: 'LOCKED' | 'STORE_CRASHED'): void {
    this.mainEnd?.close();
    this.mainEnd = null;
    const page = this.page();
    if (page !== null && !page.isDestroyed()) page.postMessage(CHANNEL_PORT, reason, []);
  }

  private grant(): void {
    const { session } = this;
    const page = this.page();
    const running = this.store().running;
    if (session === null || page === null || running === null) return;
    const routes = grantedPortRoutes(session.view.role);
    if (routes.length === 0) return;
    this.mainEnd?.close();
    this.mainEnd = null;
    const { port1, port2 } = new MessageChannelMain();
    if (running.givePagePort !== null) {
      running.givePagePort(port1);
    } else {
      this.mainEnd = port1;
      this.relay(port1, new Set<string>(routes));
    }
    page.postMessage(CHANNEL_PORT, null, [port2]);
  }

  private relay(port: MessagePortMain, routes: ReadonlySet<string>): void {
    let open = 0;
    port.on('message', (event) => {
      const request = event.data as Partial<PortRequest> | null;
      const id = request?.id;
      const route = request?.route;
      if (typeof id !== 'number' || typeof route !== 'string') return;
      const answer = (value: unknown) => {
        open--;
        // The page may have gone meanwhile; posting to a closed port does nothing.
        const message: PortAnswer = { id, answer: value };
        port.postMessage(message);
      };
      open++;
      if (!routes.has(route) || open > MAX_OPEN_REQUESTS) {
        const code = routes.has(route) ? 'BUSY' : 'FORBIDDEN';
        answer({ ok: false, error: { code, params: {}, ref: '' } });
        return;
      }
      this.store()
        .call('portRequest', { route, input: request?.input })
        .then(answer, (error: unknown) => answer(refusal(error, route, this.log)));
    });
    port.start();
  }
}
