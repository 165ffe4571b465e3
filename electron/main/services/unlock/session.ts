import type { Role } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { KeyRing } from '../../../crypto/key-ring';
import type { Keyslots } from '../../../crypto/keyslots';
import type { OfficeFile } from './office-file';

export interface SessionView {
  readonly userId: string;
  readonly badge: string;
  readonly name: string;
  readonly role: Role;
  readonly regions: readonly string[];
}

/** An open session: who, under which signed role, with which keys. Exists only while unlocked. */
export interface OpenSession {
  readonly view: SessionView;
  readonly keys: KeyRing;
  readonly office: OfficeFile;
  readonly leaseUntilMs: number | null;
  /** End of the role statement, UTC ms. */
  readonly roleUntilMs: number;
  /** As they were read when the session opened: what is edited on the disk meanwhile is not taken over. */
  readonly keyslots: Keyslots;
}

/** Holds the one session. */
export class SessionHolder {
  private session: OpenSession | null = null;
  private isEnding = false;

  /** The session for what serves it, also while its end is put away. */
  get current(): OpenSession | null {
    return this.session;
  }

  /** Who is at the desk, as pages see it; null from the moment that an end begins. */
  get view(): SessionView | null {
    return this.isEnding ? null : (this.session?.view ?? null);
  }

  get role(): Role | null {
    return this.view?.role ?? null;
  }

  /** The open session. Throws LOCKED. */
  demand(): OpenSession {
    if (this.session === null) throw new AppError('LOCKED');
    return this.session;
  }

  open(session: OpenSession): void {
    this.close();
    this.session = session;
  }

  /** Takes later ends from renewed statements. */
  renew(ends: Pick<OpenSession, 'leaseUntilMs' | 'roleUntilMs'>): void {
    if (this.session !== null) this.session = { ...this.session, ...ends };
  }

  /** From now on pages are refused; the keys stay until `close`. */
  beginEnd(): void {
    this.isEnding = true;
  }

  /** Zeroes the keys and forgets the session. */
  close(): void {
    const { session } = this;
    this.session = null;
    this.isEnding = false;
    session?.keys.zero();
  }
}
