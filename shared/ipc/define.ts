import type { z } from 'zod';
import type { Role } from '../domain/model';
import type { ErrorCode, ErrorParams } from '../errors/app-error';

/**
 * One route of the contract. Because needs, roles, window and audit are data, no handler can forget
 * the lock, the role or the log: the router refuses before the handler sees anything.
 */
export interface RouteDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** A query changes nothing; a command does. */
  readonly kind: 'query' | 'command';
  /** `unlocked`: an open session; `none`: also on the unlock page. */
  readonly needs: 'none' | 'unlocked';
  /** Roles that may call it; `any` for every role. Checked in main against the signed role statement. */
  readonly roles: 'any' | readonly Role[];
  /** Which window may call it. */
  readonly window: 'main' | 'signing' | 'handout';
  /** `port`: answered by the store process over the brokered MessagePort, rows never pass through main. */
  readonly transport: 'ipc' | 'port';
  /** Kind of the audit entry that the act leaves, or null for acts that read no records. */
  readonly audit: string | null;
  readonly input: I;
  readonly output: O;
}

/** Declares a route; the identity function that keeps the literal types. */
export function route<const D extends RouteDefinition>(definition: D): D {
  return definition;
}

/** What every call answers with; it never rejects. `ref` names the log entry. */
export type Answer<T> =
  | { readonly ok: true; readonly data: T }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly params: ErrorParams;
        readonly ref: string;
      };
    };
