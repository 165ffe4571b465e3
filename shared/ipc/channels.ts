/*
 * The fixed channels: calls, a key for the secrets of one call, events, and the page's end of the store's
 * MessagePort. Beside the contract, not in it: who only names them loads no schema of it.
 */
export const CHANNEL_INVOKE = 'fieldcert:invoke';
export const CHANNEL_SECRET = 'fieldcert:secret-key';
export const CHANNEL_EVENT = 'fieldcert:event';
export const CHANNEL_PORT = 'fieldcert:port';
/** What is selected in the page, handed in by the preload alone to be copied. */
export const CHANNEL_COPY = 'fieldcert:copy';
