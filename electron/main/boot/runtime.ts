import type { Development } from './development';

/** The Electron that the product is made for starts at this major version. */
const OLDEST_PRODUCT_MAJOR = 40;

export interface Runtime {
  readonly electron: string;
  /**
   * The end-of-life third-party runtime for source checkouts and tests: practice offices and
   * loopback servers only. Decided by the version itself; a source checkout can only make it stricter.
   */
  readonly isFallback: boolean;
  /**
   * Whether an office that is not for practice may be opened. On the fallback only in a source
   * checkout that the tests started, whose offices are made up and whose server is on loopback.
   */
  readonly opensRealOffices: boolean;
  /** A source checkout that the tests started: their machines have no system key store. */
  readonly isTesting: boolean;
}

/** Judges the runtime we run on. */
export function runtimeOf(
  electronVersion: string,
  { isFallbackForced, isTesting }: Pick<Development, 'isFallbackForced' | 'isTesting'>,
): Runtime {
  const major = Number.parseInt(electronVersion, 10);
  const isOld = !(major >= OLDEST_PRODUCT_MAJOR);
  const isFallback = isOld || isFallbackForced;
  return {
    electron: electronVersion,
    isFallback,
    opensRealOffices: !isFallback || isTesting,
    isTesting,
  };
}
