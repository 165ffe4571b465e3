import type { RouteOutput } from '../../../../shared/ipc/contract';
import { err, ok, type Result } from '../../../../shared/kernel/result';
import { KeyRing, type Keys } from '../../../crypto/key-ring';
import { parseParts } from '../unlock/recover';
import type { OpenSession } from '../unlock/session';

/** Both parts of the key that is replaced, as typed; the caller zeroes them. */
export interface TypedParts {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

type Refused = Exclude<RouteOutput<'people.make-recovery'>, { outcome: 'made' }>;

/**
 * The session's keys and, by the former recovery key, the first key of the audit ratchet, which no working role
 * holds: without it a new recovery key could give nobody the means to prove the old entries. The caller zeroes the ring.
 */
export async function ringWithAudit(
  { keys, keyslots }: OpenSession,
  input: TypedParts,
): Promise<Result<KeyRing, Refused>> {
  const typed = parseParts(input);
  if ('outcome' in typed) return err(typed);
  const former = await keyslots.openRecovery(typed).finally(() => {
    typed.a.fill(0);
    typed.b.fill(0);
  });
  if (!former.ok) {
    const { error } = former;
    return err(
      error.kind === 'wait'
        ? { outcome: 'wait', untilMs: Date.now() + error.remainingMs }
        : { outcome: error.kind },
    );
  }
  const audit = former.value.peek('audit');
  const own: Keys = Object.fromEntries(keys.names().map((name) => [name, keys.peek(name)]));
  const ring = new KeyRing(audit === undefined ? own : { ...own, audit });
  former.value.zero();
  return ok(ring);
}
