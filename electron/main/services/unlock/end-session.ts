import type { LockReason } from '../../../../shared/ipc/routes/app';
import { collectGarbage } from '../../../platform/collect-garbage';
import type { OpenSession, SessionHolder } from './session';

/** How long what is under way may take to be put away, then the entry of the lock, then the store's files. */
const WRAP_UP_MS = 3_000;
const ENTRY_MS = 1_500;
const CLOSE_MS = 5_000;
const CLOSE_BUSY_MS = 1_000;
const SETTLE_MS = 1_000;

export interface EndParts {
  readonly sessions: SessionHolder;
  /** Told first, in this order, while the keys are still there: what was begun is cancelled or kept. */
  readonly listeners: readonly { closing(): Promise<void> | void }[];
  /** Writes the highest time seen and the lock's audit entry. */
  note(session: OpenSession, reason: LockReason): Promise<void>;
  /** Ends every process that had data; the store gets this long to close its files. */
  stopAll(graceMs: number): Promise<void>;
  /** The session counts as ended: pages are refused and replaced while the rest is put away. */
  onEnding(reason: LockReason): void;
}

/**
 * Ends a session within bounds, whatever hangs: five seconds at most until the keys are zero, thirteen until
 * every process is gone. Pages are shut out at once.
 */
export async function endSession(
  parts: EndParts,
  session: OpenSession,
  reason: LockReason,
): Promise<void> {
  parts.sessions.beginEnd();
  parts.onEnding(reason);
  const wrappingUp = wrapUp(parts.listeners);
  const isWrappedUp = await settlesWithin(wrappingUp, WRAP_UP_MS);
  const hasEntry =
    reason !== 'store-crashed' && (await settlesWithin(parts.note(session, reason), ENTRY_MS));
  parts.sessions.close();
  await parts.stopAll(hasEntry ? (isWrappedUp ? CLOSE_MS : CLOSE_BUSY_MS) : 0);
  // Whoever still waited for the store has its refusal now and lets go of connections and keys.
  await settlesWithin(wrappingUp, SETTLE_MS);
  collectGarbage();
  // What was still on its way then, in promises and in calls that were refused.
  setTimeout(collectGarbage, SETTLE_MS).unref();
}

/** Lets those who were told of a session that did not come about let go of it, as at its end. */
export async function letGo(listeners: EndParts['listeners']): Promise<void> {
  if (listeners.length > 0) await settlesWithin(wrapUp(listeners), WRAP_UP_MS);
}

async function wrapUp(listeners: EndParts['listeners']): Promise<void> {
  for (const listener of listeners) {
    // One that throws must not keep the others from being told.
    await Promise.resolve()
      .then(() => listener.closing())
      .catch(() => undefined);
  }
}

/** False when the time was up first. A rejection counts as settled. */
async function settlesWithin(act: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const done = act.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, limit]);
  } finally {
    clearTimeout(timer);
  }
}
