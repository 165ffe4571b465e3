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

/** A page asks for its files one upon the other: after so long without a question, and with every answer given, it has them, ms. */
const QUIET_MS = 40;

/**
 * Serves the pages below `root` and nothing else; what is not there is an empty 404. Resolves when the first page has
 * its scripts and runs them in its own process.
 */
export function serveScheme(session: Session, root: string): Promise<void> {
  let settle: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let [hasScripts, open] = [false, 0];
  session.protocol.handle(APP_SCHEME, async (request) => {
    clearTimeout(timer);
    open++;
    try {
      return await answer(request, root);
    } finally {
      open--;
      hasScripts ||= request.url.endsWith('.js');
      if (hasScripts && open === 0) timer = setTimeout(settle, QUIET_MS);
    }
  });
  return settled;
}

async function answer(request: Request, root: string): Promise<Response> {
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
}
