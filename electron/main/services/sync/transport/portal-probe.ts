import { request } from 'node:http';
import { strangeAnswer } from './strange-answer';

const PROBE_MS = 3_000;

/**
 * After a certificate that is not the server's: a network that wants a login also answers plain HTTP in the
 * server's name, with its page or a redirect elsewhere; somebody who only breaks TLS open does not. Nothing but the
 * host's name is sent, nothing of the answer is used but its kind, and the server stays refused either way.
 */
export function answersAsPortal(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({ host, port, path: '/', agent: false, timeout: PROBE_MS });
    const end = (isPortal: boolean) => {
      resolve(isPortal);
      outgoing.destroy();
    };
    outgoing.on('response', (response) => {
      const location = response.headers.location ?? '';
      const isOwn = location !== '' && hostOf(location) === host;
      const strange = strangeAnswer(
        { status: response.statusCode ?? 0, headers: response.headers },
        host,
      );
      end(strange?.code === 'SYNC_PORTAL' && !isOwn);
    });
    outgoing.on('timeout', () => end(false));
    outgoing.on('error', () => end(false));
    outgoing.end();
  });
}

function hostOf(location: string): string {
  try {
    return new URL(location).hostname;
  } catch {
    // A path: the same host.
    return '';
  }
}
