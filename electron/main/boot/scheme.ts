import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { PAGE_HEADERS } from '../security/csp';
import { APP_SCHEME } from '../security/origin';
import { assetOf } from './asset-path';

/** Must run before Electron is ready: gives app:// a real origin and a secure context. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the pages below `root` and nothing else; what is not there is an empty 404. */
export function serveScheme(session: Session, root: string): void {
  session.protocol.handle(APP_SCHEME, async (request) => {
    const asset = request.method === 'GET' ? assetOf(root, request.url) : null;
    if (asset === null) return new Response(null, { status: 404, headers: PAGE_HEADERS });
    try {
      const bytes = await readFile(asset.file);
      return new Response(new Uint8Array(bytes), {
        status: 200,
        headers: { ...PAGE_HEADERS, 'Content-Type': asset.contentType },
      });
    } catch {
      return new Response(null, { status: 404, headers: PAGE_HEADERS });
    }
  });
}
