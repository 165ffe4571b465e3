import type { Session } from 'electron';
import { APP_ORIGIN, isOwnAddress } from './origin';

/** Whether a page may ask for the address: our own files, and bytes that it made itself. */
export function mayRequest(address: string): boolean {
  if (isOwnAddress(address)) return true;
  // The empty page between two sessions (windows.ts), which main itself loads.
  if (address === 'data:text/html,') return true;
  return address.startsWith(`blob:${APP_ORIGIN}/`) || address.startsWith('data:image/');
}

/**
 * Second wall behind the CSP: the network stack of the pages' session reaches nothing but app://.
 * Main talks to the server by Node's TLS, which is not affected. Developer tools load their own
 * pages from devtools://, in a source checkout only.
 */
export function confineRequests(session: Session, isPackaged: boolean): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    const isTool = !isPackaged && details.url.startsWith('devtools://');
    answer({ cancel: !(isTool || mayRequest(details.url)) });
  });
}
