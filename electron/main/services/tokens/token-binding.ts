import { AppError } from '../../../../shared/errors/app-error';
import type { TokenChange } from '../../../../shared/ipc/routes/tokens';
import type { Argon2Parameters } from '../../../crypto/kdf';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { OpenFault } from '../../../crypto/slot-summary';
import type { DeviceCaller } from '../../clients/device-client';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';
import { slotOutcome } from '../unlock/slot-outcome';
import { StatementChecks } from '../unlock/statement-checks';
import { statementsInForce } from '../unlock/statements';
import { makeTokenSecret, openTokenSecret, type TokenKey } from './token-secret';
import { tokenFailed } from './tokens';

export interface TokenBindingParts {
  readonly device: DeviceCaller;
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly machine: MachineSecretProvider;
  /** Cost of password hashing on this machine. */
  readonly kdf: () => Promise<Argon2Parameters>;
  /** Highest time seen, UTC ms. */
  readonly highestMs: () => number;
  readonly nowMs: () => number;
}

/**
 * Binds the slot of the person at the desk to a U-Key, or takes the key out again. Both want the password anew:
 * an unattended open desk must not be enough to change what opens it.
 */
export class TokenBinding {
  constructor(private readonly parts: TokenBindingParts) {}

  /** Throws TOKEN_ATTACHED where the slot has a key already, and the token's codes. Secrets are zeroed. */
  async attach(
    key: TokenKey,
    secrets: { readonly password: Uint8Array; readonly pin: Uint8Array },
  ): Promise<TokenChange> {
    try {
      const { keyslots, slot, badge, userId } = this.ownSlot();
      if (slot.token !== undefined) throw new AppError('TOKEN_ATTACHED');
      const made = await makeTokenSecret(this.parts.device, key, secrets.pin);
      if (!made.ok) return tokenFailed(made.error);
      const { token, secret } = made.value;
      const payload = { driver: token.driver, serial: token.serial.slice(-4) };
      try {
        return await this.change('token-attached', userId, payload, async () =>
          keyslots.changeToken(
            { badge, password: secrets.password, ...(await this.machine(slot.factors)) },
            { token, secret },
            await this.parts.kdf(),
          ),
        );
      } finally {
        secret.fill(0);
      }
    } finally {
      secrets.password.fill(0);
      secrets.pin.fill(0);
    }
  }

  /** Throws TOKEN_REQUIRED where the policy asks for a key, or nothing else binds the slot. */
  async detach(secrets: {
    readonly password: Uint8Array;
    readonly pin: Uint8Array;
  }): Promise<TokenChange> {
    try {
      const { keyslots, slot, badge, userId } = this.ownSlot();
      if (slot.token === undefined) throw new AppError('TOKEN_NONE');
      await this.demandDispensable(slot.factors);
      const opened = await openTokenSecret(this.parts.device, slot.token, secrets.pin);
      if (!opened.ok) return tokenFailed(opened.error);
      const payload = { driver: slot.token.driver, serial: slot.token.serial.slice(-4) };
      try {
        return await this.change('token-detached', userId, payload, async () =>
          keyslots.changeToken(
            {
              badge,
              password: secrets.password,
              token: opened.value,
              ...(await this.machine(slot.factors)),
            },
            null,
            await this.parts.kdf(),
          ),
        );
      } finally {
        opened.value.fill(0);
      }
    } finally {
      secrets.password.fill(0);
      secrets.pin.fill(0);
    }
  }

  private ownSlot() {
    const { view, keyslots } = this.parts.sessions.demand();
    const slot = keyslots.slots().find(({ badge }) => badge === view.badge);
    if (slot === undefined) throw new AppError('USER_UNKNOWN');
    return { keyslots, slot, badge: view.badge, userId: view.userId };
  }

  private async machine(factors: readonly string[]): Promise<{ machine?: Uint8Array }> {
    return factors.includes('machine') ? { machine: await this.parts.machine.load() } : {};
  }

  private async demandDispensable(factors: readonly string[]): Promise<void> {
    const { office: file } = this.parts.sessions.demand();
    const checks = new StatementChecks(file.ca, file.statementCertificate);
    const { office } = await statementsInForce(file, checks, this.parts.highestMs());
    const isAsked = office === null || office.factors.includes('token');
    const isBound = file.isPractice || (factors.includes('machine') && this.parts.machine.isBound);
    if (isAsked || !isBound) throw new AppError('TOKEN_REQUIRED');
  }

  /** The log's entry comes first: what opens a desk is never changed unseen. */
  private async change(
    kind: string,
    actor: string,
    payload: Readonly<Record<string, unknown>>,
    act: () => Promise<{ ok: true } | { ok: false; error: OpenFault }>,
  ): Promise<TokenChange> {
    const { store } = this.parts;
    await store.call('auditAppend', { kind, actor, payload });
    const done = await act();
    if (done.ok) return { outcome: 'changed' };
    await store.call('auditAppend', {
      kind: 'slot-unchanged',
      actor,
      payload: { reason: done.error.kind },
    });
    const outcome = slotOutcome(done.error, this.parts.nowMs());
    // Whoever changes a slot's key has just shown the key that it has.
    if (outcome.outcome === 'token-needed')
      throw new AppError('KEYSLOTS_DAMAGED', {}, done.error.kind);
    return outcome;
  }
}
