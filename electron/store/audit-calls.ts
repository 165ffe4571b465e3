import type { ShownContent } from '../../shared/domain/audit/content';
import type { AuditHead, ChainFault } from '../../shared/protocol/audit-chain';

/** What narrows the log; absent: everything. */
export interface AuditFilter {
  /** UTC ms, inclusive and exclusive. */
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly actor?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Written by this device, or by another (a restored journal's former one). */
  readonly device?: 'own' | 'other' | undefined;
}

/** An entry as it may be shown to the role of the session. */
export interface AuditRow extends ShownContent {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly kind: string;
  readonly device: string;
}

/**
 * What a walk finds. Beside the chain's own faults: `columns`, the entry is listed as another than it is; `signed`, it
 * is another than the one that a U-Key signed; `handed-in`, entries end before what the centre was given.
 */
export type AuditFault = ChainFault | 'columns' | 'signed' | 'handed-in';

/** Who wrote what when, of an entry beside a break. */
export type AuditPlace = Pick<AuditRow, 'seq' | 'atMs' | 'actor' | 'kind'>;

export interface AuditStep {
  /** Where the walk stands; the next step goes on from there. */
  readonly head: AuditHead;
  readonly isEnd: boolean;
  readonly total: number;
  /** Ends of the log that were signed, as entries on the way have them. */
  readonly signed: readonly { readonly at: number; readonly signed: unknown }[];
  readonly broken: {
    readonly fault: AuditFault;
    readonly seq: number;
    readonly before: AuditPlace | null;
    readonly at: AuditPlace | null;
  } | null;
}

/** An entry as it leaves the device: content that tells of records stays behind, as after its term. */
export interface AuditLine {
  readonly header: string;
  readonly mac: string;
  readonly payload: string | null;
  /** Base64. */
  readonly salt: string | null;
}

/** All three fail with FORBIDDEN for roles that may not read the log. */
export interface AuditCalls {
  /** Newest first, before an entry. Looks at so many entries at most: `next` null when the log's beginning is reached. */
  auditPage: [
    {
      readonly before: number | null;
      readonly limit: number;
      readonly filter: AuditFilter;
    },
    { readonly rows: readonly AuditRow[]; readonly next: number | null },
  ];
  /** Verifies so many entries after a place. `key`: the ratchet's key of the first of them, with which macs are checked too. */
  auditWalk: [
    { readonly after: AuditHead; readonly limit: number; readonly key?: Uint8Array },
    AuditStep,
  ];
  auditLines: [{ readonly after: number; readonly until: number }, readonly AuditLine[]];
}
