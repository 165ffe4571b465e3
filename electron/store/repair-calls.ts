import type { Entity } from '../../shared/domain/model';
import type { TreeNode } from '../../shared/domain/sync/sparse-tree';
import type { Checkpoint } from '../../shared/protocol/manifest';
import type { LeafAsk, LeafPrefix, NodeAsk } from '../../shared/protocol/repair';
import type { SealedColumns, SyncCursor } from './sealed-columns';

/** One entity as a repair finds it, recomputed from its rows. */
export interface RepairEntity {
  readonly entity: Entity;
  /** Hex root over the rows as they are. */
  readonly root: string;
  /** Hex root over the buckets that were kept when rows were applied. */
  readonly keptRoot: string;
  /** Buckets in which the two differ. */
  readonly keptDiffers: readonly number[];
  /** Lowest level at which all rows fall under node 0. */
  readonly topLevel: number;
}

/** The rows that a repair brings, a page object as the server sends it with its sealed columns. */
export interface RepairPage {
  readonly page: Uint8Array;
  readonly sealed: Readonly<Partial<Record<Entity, SealedColumns>>>;
}

/** Calls of a repair of the slice, in their order. */
export interface RepairCalls {
  /** Recomputes every digest from the rows and keeps the trees for the calls that follow. */
  repairBegin: [
    Record<string, never>,
    {
      readonly cursor: SyncCursor;
      readonly checkpoint: Checkpoint | null;
      /** Only those that the server's roots can prove now. */
      readonly entities: readonly RepairEntity[];
    },
  ];
  repairNodes: [{ readonly asks: readonly NodeAsk[] }, readonly (readonly TreeNode[])[]];
  repairLeaves: [{ readonly asks: readonly LeafAsk[] }, readonly (readonly LeafPrefix[])[]];
  /**
   * Puts rows and takes rows away, with names, digest and counts in one transaction. With a checkpoint its
   * roots must be reached, or everything is rolled back with SYNC_ROOT_MISMATCH; cursor and proof follow.
   * Without one the slice counts as different in `differing` buckets until a later call has it.
   */
  repairApply: [
    {
      readonly pages: readonly RepairPage[];
      readonly removed: readonly { readonly entity: Entity; readonly ids: readonly number[] }[];
      readonly differing: number;
      readonly end: {
        readonly checkpoint: Checkpoint;
        /** The envelope that signs it, kept as it came. */
        readonly signed?: unknown;
        readonly cursor: SyncCursor;
      } | null;
    },
    { readonly rows: number },
  ];
  /** Lets go of the trees. */
  repairEnd: [Record<string, never>, Record<string, never>];
}
