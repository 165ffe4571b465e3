import type { Session } from 'electron';

/** Files leave the desk as sealed packages by main only; a page can download nothing. */
export function denyDownloads(session: Session): void {
  session.on('will-download', (event) => event.preventDefault());
}
