import type { TokenInfo } from './driver';

/** Hot-plug events of some readers never come (no udevd, remote desktops): two seconds is the floor for all. */
export const POLL_INTERVAL_MS = 2_000;

export type PresenceEvent =
  | { readonly kind: 'token-added'; readonly token: TokenInfo }
  | { readonly kind: 'token-removed'; readonly tokenId: string };

export interface Watch {
  /** Looks now instead of at the next tick; resolves when the events are out. */
  poll(): Promise<void>;
  stop(): void;
}

/** Compares the token list every two seconds and tells what came and went, by serial, whatever the reader. */
export function watchTokens(
  list: () => Promise<readonly TokenInfo[]>,
  emit: (event: PresenceEvent) => void,
  intervalMs = POLL_INTERVAL_MS,
): Watch {
  let known = new Map<string, TokenInfo>();
  let running: Promise<void> | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    const found = new Map((await list()).map((token) => [token.tokenId, token]));
    if (isStopped) return;
    for (const tokenId of known.keys()) {
      if (!found.has(tokenId)) emit({ kind: 'token-removed', tokenId });
    }
    for (const [tokenId, token] of found) {
      if (!known.has(tokenId)) emit({ kind: 'token-added', token });
    }
    known = found;
  }

  function poll(): Promise<void> {
    // A slow library must not pile up calls behind one another.
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  }

  const timer = setInterval(() => void poll(), intervalMs);
  timer.unref();
  return {
    poll,
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
