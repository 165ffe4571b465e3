import type { Entity } from '../../../shared/domain/model';
import type { ErrorCode, ErrorParams } from '../../../shared/errors/app-error';
import type { DeepFindings, DeepRows } from '../../store/deep-calls';
import type { PackedColumns } from '../../store/packed-columns';
import type {
  ResealedColumns,
  SealedColumns,
  SealedEntity,
  SealedRows,
} from '../../store/protocol';

/** Messages between main and its ingest worker: the only process that sees private values in bulk. */

/** 32 bytes each, but for the transport keys. */
export interface IngestKeys {
  readonly field: Uint8Array;
  readonly fieldVersion: number;
  /** While a rotation runs: the key that `field` replaces. */
  readonly fieldBefore?: Uint8Array;
  readonly region: Uint8Array;
  /** Packed by epoch (crypto/transport-ring.ts). */
  readonly transportPrivate: Uint8Array;
}

export type IngestRequest =
  | {
      readonly id: number;
      readonly kind: 'begin';
      /** Sealed to the worker's point: parts `field`, `region`, `transportPrivate`, `fieldBefore` in a rotation. */
      readonly sealedKeys: Uint8Array;
      readonly fieldVersion: number;
    }
  | {
      readonly id: number;
      readonly kind: 'segment' | 'page';
      readonly object: Uint8Array;
      /** First of the seal counters that this object may use; at most COUNTERS_PER_OBJECT. */
      readonly firstCounter: bigint;
    }
  | {
      readonly id: number;
      readonly kind: 'reseal';
      readonly entity: SealedEntity;
      readonly rows: Omit<SealedRows, 'ids'>;
      readonly firstCounter: bigint;
    }
  | {
      readonly id: number;
      readonly kind: 'check';
      readonly entity: SealedEntity;
      readonly rows: DeepRows;
    };

/** What main has to know of an object besides its sealed columns. */
export interface IngestedSegment {
  readonly entity: Entity;
  readonly rows: number;
  readonly region: string;
  readonly keyEpoch: number;
  /** Null: the entity has no private part. */
  readonly sealed: PackedColumns | null;
}
export interface IngestedPage {
  readonly region: string;
  readonly keyEpoch: number;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly hasMore: boolean;
  readonly cursor: string;
  readonly sealed: Readonly<Partial<Record<Entity, SealedColumns>>>;
}

export type IngestAnswer =
  /** Told once, when the worker listens. */
  | { readonly point: Uint8Array }
  | {
      readonly id: number;
      readonly ok: true;
      readonly value: IngestedSegment | IngestedPage | ResealedColumns | DeepFindings | null;
    }
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly params: ErrorParams;
        readonly detail: string;
      };
    };
