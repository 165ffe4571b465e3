import type { TreeNode } from '../../../../../shared/domain/sync/sparse-tree';
import { AppError } from '../../../../../shared/errors/app-error';
import { idSteps, MAX_OBJECT_BYTES } from '../../../../../shared/protocol/columns';
import { PATHS } from '../../../../../shared/protocol/endpoints';
import {
  type LeafAsk,
  type LeafPrefix,
  type NodeAsk,
  type RowAsk,
  unpackLeaves,
  unpackNodes,
} from '../../../../../shared/protocol/repair';
import type { Line } from '../line';
import { withRetries } from '../retries';

/** 256 lists of 64 entries of 33 bytes, and something to spare. */
const MAX_LIST_BYTES = 1024 * 1024;
const OCTETS = 'application/octet-stream';

/** The state that everything is compared with: the server refuses with SYNC_STATE_MOVED when it is another. */
export interface Pinned {
  readonly epoch: string;
  readonly rseq: number;
}

/** The server's answers to a repair; well-formed, proven by whoever asked. */
export class RepairLine {
  constructor(
    private readonly line: Line,
    private readonly onBytes: (bytes: number) => void,
  ) {}

  async nodes(
    state: Pinned,
    asks: readonly NodeAsk[],
    signal: AbortSignal,
  ): Promise<readonly (readonly TreeNode[])[]> {
    const bytes = await this.post(PATHS.repairNodes, { ...state, asks }, MAX_LIST_BYTES, signal);
    return wellFormed(unpackNodes(asks, bytes));
  }

  async leaves(
    state: Pinned,
    asks: readonly LeafAsk[],
    signal: AbortSignal,
  ): Promise<readonly (readonly LeafPrefix[])[]> {
    const bytes = await this.post(PATHS.repairLeaves, { ...state, asks }, MAX_LIST_BYTES, signal);
    return wellFormed(unpackLeaves(asks, bytes));
  }

  /** The rows as a sealed page object; `ids` ascending. */
  rows(state: Pinned, asks: readonly RowAsk[], signal: AbortSignal): Promise<Uint8Array> {
    const stepped = asks.map(({ entity, ids }) => ({ entity, ids: idSteps(ids) }));
    return this.post(PATHS.repairRows, { ...state, asks: stepped }, MAX_OBJECT_BYTES, signal);
  }

  private async post(
    path: string,
    body: unknown,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const ask = { method: 'POST', isRepeatable: true, path, body, signal } as const;
    const bytes = await withRetries(this.line.timing, signal, () =>
      this.line.get(ask, OCTETS, maxBytes),
    );
    this.onBytes(bytes.length);
    return bytes;
  }
}

function wellFormed<T>(value: T | undefined): T {
  if (value === undefined) throw new AppError('SYNC_PROTOCOL', {}, 'repair answer');
  return value;
}
