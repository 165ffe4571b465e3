import { join, sep } from 'node:path';
import { isOwnAddress } from '../security/origin';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
};

export interface Asset {
  readonly file: string;
  readonly contentType: string;
}

/** One segment of a path: letters, digits, and `. _ - @` inside; never `.` or `..`, never hidden. */
const SEGMENT = /^[A-Za-z0-9_@][A-Za-z0-9._@-]{0,127}$/;

/**
 * The file below `root` that an app:// address names, or null for anything else: a foreign origin,
 * a query, an unknown type, or any way of naming something outside of `root` (dots, encoded or
 * backward slashes, drive letters, NUL). Only a closed form of path is let in, nothing is repaired.
 */
export function assetOf(root: string, address: string): Asset | null {
  if (!isOwnAddress(address)) return null;
  // The raw text is judged too: URL parsing resolves `..` before anybody sees it.
  if (/%|\\|\.\.|\0/.test(address)) return null;
  const url = new URL(address);
  const path = url.pathname === '/' ? '/index.html' : url.pathname;
  const segments = path.slice(1).split('/');
  if (segments.length > 6 || !segments.every((segment) => SEGMENT.test(segment))) return null;
  const extension = segments.at(-1)?.split('.').at(-1) ?? '';
  const contentType = Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined;
  if (contentType === undefined) return null;
  const file = join(root, ...segments);
  return file.startsWith(root + sep) ? { file, contentType } : null;
}
