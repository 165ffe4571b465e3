import { createHash } from 'node:crypto';
import { AUDIT_START, type AuditHead } from '../../../../shared/protocol/audit-chain';
import { openIntent } from '../../../../shared/protocol/intents';
import { nextAuditKey } from '../../../crypto/audit-chain';
import { keyBytes } from '../../../crypto/key-bytes';
import { cmsSigner } from '../../../jobs/package/cms/build';
import { holds } from '../../../jobs/package/cms/verify';
import type { AuditFault, AuditStep } from '../../../store/audit-calls';
import type { StoreCaller } from '../../clients/store-client';

/** Entries a step: a few milliseconds of the thread that logs look-ups. */
const STEP = 400;

export interface WalkOutcome {
  readonly head: AuditHead;
  readonly signatures: number;
  readonly broken:
    | (Omit<NonNullable<AuditStep['broken']>, 'fault'> & {
        readonly fault: AuditFault | 'signature';
      })
    | null;
}

/**
 * Walks the whole log in steps. `firstKey` (copied and zeroed here): macs are checked too. Signed ends have their
 * signatures checked; whose certificates they are is the centre's question. Null when stopped.
 */
export async function walkLog(
  store: StoreCaller,
  firstKey: Uint8Array | undefined,
  tell: (done: number, total: number) => void,
  isStopped: () => boolean,
): Promise<WalkOutcome | null> {
  let head: AuditHead = AUDIT_START;
  let key = firstKey;
  let signatures = 0;
  try {
    for (;;) {
      if (isStopped()) return null;
      const given = key === undefined ? {} : { key: keyBytes(key) };
      const step = await store.call('auditWalk', { after: head, limit: STEP, ...given });
      if (step.broken !== null) return { head, signatures, broken: step.broken };
      for (let seq = head.seq; key !== undefined && seq < step.head.seq; seq++) {
        const next = nextAuditKey(key);
        key.fill(0);
        key = next;
      }
      for (const { at, signed } of step.signed) {
        if (!(await isSigned(signed)))
          return {
            head,
            signatures,
            broken: { fault: 'signature', seq: at, before: null, at: null },
          };
        signatures++;
      }
      head = step.head;
      tell(head.seq, step.total);
      if (step.isEnd) return { head, signatures, broken: null };
    }
  } finally {
    key?.fill(0);
  }
}

async function isSigned(envelope: unknown): Promise<boolean> {
  const opened = await openIntent('checkpoint', envelope, async (signed, messageFor) => {
    try {
      const chain = signed.certificates.map((der) => new Uint8Array(Buffer.from(der, 'base64')));
      const signer = cmsSigner(chain);
      const sha256 = createHash('sha256')
        .update(chain[0] ?? '')
        .digest('hex');
      return await holds(signer, messageFor(sha256), Buffer.from(signed.sig, 'base64'));
    } catch {
      return false;
    }
  });
  return opened.ok;
}
