import { useDesk } from './desk-store';

/**
 * The server's time of the data, ms, as main checked it against the server's signature; null: there is none. Pages take it
 * from nowhere else: what the slice says of itself can be written by whoever has its key.
 */
export function useAsOf(): number | null {
  return useDesk((store) => store.sync?.asOfMs ?? null);
}
