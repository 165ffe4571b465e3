/**
 * What the pages may load: their own files and nothing else. No inline script or style, no
 * connection of any kind (rows come over a MessagePort, everything else over IPC), no frames.
 * Sent as a header by the app:// protocol, so that no page can leave it out.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  // Without allow-modals a page cannot print itself; without allow-downloads and allow-popups it saves and opens nothing.
  'sandbox allow-scripts allow-same-origin allow-forms',
].join('; ');

/** Headers of every answer of the app:// protocol. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), clipboard-read=(), clipboard-write=()',
  'Cache-Control': 'no-store',
};
