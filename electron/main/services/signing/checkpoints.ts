import type { DeviceCaller } from '../../clients/device-client';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs, ServiceLog } from '../ports';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { makeSigned } from './sign-intent';
import { signerOf } from './signer-of';

export interface CheckpointParts {
  readonly device: DeviceCaller;
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  /** Highest time seen. */
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
}

/** A key that is open for a signature: the PIN is in the U-Key process alone. */
interface OpenKey {
  readonly signingId: string;
  readonly chain: readonly Uint8Array[];
}

/**
 * The end of the audit log, signed by the person's U-Key whenever it is open anyway: at a login that it took part in, and
 * with every export. Nobody who changes the log afterwards can make that signature again. It never holds anything up:
 * what goes wrong is logged, and the next occasion signs more.
 */
export class AuditCheckpoints implements SessionListener {
  private key: OpenKey | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: CheckpointParts) {}

  /** Keeps the key of a login open for one signature. After the key showed that the PIN is right; `pin` is zeroed. */
  async keepOpen(tokenId: string, pin: Uint8Array): Promise<void> {
    const { device, log } = this.parts;
    try {
      const listed = await device.call('certs', { tokenId });
      const certs = listed.ok ? listed.value : [];
      const own = certs.find(({ bar, algorithm }) => bar === null && algorithm !== null);
      // A key that only opens keyslots signs nothing.
      if (own === undefined) return;
      const begun = await device.call('beginSigning', { tokenId, keyRef: own.keyRef, pin });
      if (begun.ok) this.key = { ...begun.value, chain: [own.der, ...own.chainDer] };
      else log.warn('no checkpoint of this login', { reason: begun.failure.kind });
    } catch (error) {
      log.warn('no checkpoint of this login', { detail: String(error) });
    } finally {
      pin.fill(0);
    }
  }

  /** Closes a key that no session came of. */
  async drop(): Promise<void> {
    const { key } = this;
    this.key = null;
    if (key !== null) await this.close(key);
  }

  opened(session: OpenSession): void {
    const { key } = this;
    this.key = null;
    if (key === null) return;
    this.running = this.sign('login', session, key).finally(() => this.close(key));
  }

  async closing(): Promise<void> {
    await this.running;
  }

  /** With the key that signs an export, before it is closed. */
  async atExport(key: OpenKey): Promise<void> {
    const session = this.parts.sessions.current;
    if (session !== null) await this.sign('export', session, key);
  }

  private async sign(
    occasion: 'login' | 'export',
    session: OpenSession,
    { signingId, chain }: OpenKey,
  ): Promise<void> {
    const { device, store, outbox, nowMs, log } = this.parts;
    if (!session.keys.has('deviceSign')) return;
    try {
      const actor = session.view.userId;
      const entry = { kind: 'checkpoint', actor, payload: { occasion } };
      const { seq, hash: head } = await store.call('auditAppend', entry);
      const made = await makeSigned(
        { type: 'checkpoint-intent', ...signerOf(session, nowMs()), occasion, seq, head },
        chain,
        (digest) => device.call('signNext', { signingId, digest }),
      );
      if (!made.ok) {
        log.warn('log not signed', { occasion, outcome: made.outcome.outcome });
        return;
      }
      const { signed } = made;
      const audit = { kind: 'checkpoint-signed', actor, payload: { seq, signed } };
      await outbox.tell('audit-checkpoint', { signed }, { audit });
    } catch (error) {
      log.warn('log not signed', { occasion, detail: String(error) });
    }
  }

  private async close({ signingId }: OpenKey): Promise<void> {
    await this.parts.device.call('endSigning', { signingId }).catch(() => undefined);
  }
}
