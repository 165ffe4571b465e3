import { request } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Way } from './proxy';
import { strangeAnswer } from './strange-answer';

const TUNNEL_MS = 10_000;

/**
 * A raw connection to `host:port` through a proxy; TLS goes through it untouched, so the proxy sees neither
 * certificate nor content. Throws SYNC_PROXY_UNREACHABLE, SYNC_PROXY_REFUSED, SYNC_PORTAL.
 */
export function openTunnel(
  way: Extract<Way, { kind: 'proxy' }>,
  target: { readonly host: string; readonly port: number },
): Promise<Socket> {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const authority = `${host}:${target.port}`;
  const headers: Record<string, string> = { Host: authority };
  if (way.authorization !== null) headers['Proxy-Authorization'] = way.authorization;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: way.host,
      port: way.port,
      method: 'CONNECT',
      path: authority,
      headers,
      agent: false,
      timeout: TUNNEL_MS,
    });
    outgoing.on('connect', (response, socket, head) => {
      const status = response.statusCode ?? 0;
      if (status === 200) {
        if (head.length > 0) socket.unshift(head);
        socket.setTimeout(0);
        resolve(socket as Socket);
        return;
      }
      socket.destroy();
      const answer = { status, headers: response.headers };
      const strange = status === 407 ? null : strangeAnswer(answer, 'the proxy');
      reject(strange ?? new AppError('SYNC_PROXY_REFUSED', {}, `CONNECT: status ${status}`));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (cause) =>
      reject(new AppError('SYNC_PROXY_UNREACHABLE', {}, cause.message)),
    );
    outgoing.end();
  });
}
