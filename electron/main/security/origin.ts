/** The one origin that the product's pages have. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'fieldcert';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** True for an address below our own origin. Anything that does not parse is not ours. */
export function isOwnAddress(address: string): boolean {
  try {
    const url = new URL(address);
    // `origin` of a non-special scheme is "null" in Node, so both parts are compared.
    return url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '';
  } catch {
    return false;
  }
}
