import type { Role } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { KeyRing } from '../../../crypto/key-ring';
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
}

/** Holds the one session. */
export class SessionHolder {
  private session: OpenSession | null = null;

  get current(): OpenSession | null {
    return this.session;
  }

  get role(): Role | null {
    return this.session?.view.role ?? null;
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

  /** Zeroes the keys and forgets the session. */
  close(): void {
    const { session } = this;
    this.session = null;
    session?.keys.zero();
  }
}
