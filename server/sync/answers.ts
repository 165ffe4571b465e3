import { CheckpointSchema } from '../../shared/protocol/manifest';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import { keepState } from '../store/checkpoints';
import { findSlice } from '../store/slices';
import type { SqlClient } from '../store/sql-client';
import { BoundedCache } from './bounded-cache';
import { type Cursor, writeCursor } from './cursor';
import { readPage, sealPage } from './page';
import type { Region } from './regions';
import { checkpointOf, type RegionState, readState } from './state';

interface AnswerParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
}

/** A page as every device at the same cursor gets it. */
export interface SealedPage {
  readonly object: Buffer;
  /** Where the delta ends with this page, and only there. */
  readonly state: RegionState | undefined;
}

const MAX_PAGE_BYTES = 64 * 2 ** 20;
const MAX_STATES_BYTES = 2 ** 20;
/** A checkpoint's moment is told in minutes; devices that ask within a second share one signature. */
const SAME_MOMENT_MS = 1_000;
const weightOf = (value: unknown): number => JSON.stringify(value)?.length ?? 1;

/**
 * What a thousand devices ask in the same minute of a morning, made once: a page depends on the cursor, the keys and the
 * region's last change alone, a state on its change number. The caller was let in before; nothing here is of one device.
 */
export class Answers {
  private readonly pages = new BoundedCache<SealedPage | undefined>(
    MAX_PAGE_BYTES,
    (page) => (page?.object.length ?? 0) + 1,
  );
  private readonly states = new BoundedCache<RegionState | undefined>(MAX_STATES_BYTES, weightOf);
  private readonly signed = new BoundedCache<SignedStatement>(MAX_STATES_BYTES, weightOf);

  constructor(private readonly parts: AnswerParts) {}

  /** The page after a cursor of this region; undefined: the cursor is of another history. */
  async page(region: Region, cursor: Cursor, maxRows: number): Promise<SealedPage | undefined> {
    const { client } = this.parts;
    const slice = await findSlice(client, region.slice);
    if (slice === undefined) return undefined;
    const { stable, position, epoch } = cursor;
    const at = [region.slice, slice.epoch, slice.head, region.keys.keyEpoch];
    return this.pages.get([...at, epoch, stable, position, maxRows].join(), () =>
      this.makePage(region, cursor, maxRows),
    );
  }

  private async makePage(
    region: Region,
    cursor: Cursor,
    maxRows: number,
  ): Promise<SealedPage | undefined> {
    const { client, keys } = this.parts;
    const page = await client.transaction(
      (runner) => readPage(runner, cursor, maxRows),
      'repeatable read',
    );
    if (page === undefined) return undefined;
    const { state, next } = page;
    if (state !== undefined) await keepState(client, region.slice, state.epoch, state.rseq, state);
    return { object: await sealPage(page, writeCursor(keys, next), region.keys), state };
  }

  /** The region's state now; undefined where there is none. */
  async state(region: Region): Promise<RegionState | undefined> {
    const { client } = this.parts;
    const slice = await findSlice(client, region.slice);
    if (slice === undefined) return undefined;
    return this.states.get([region.slice, slice.epoch, slice.head].join(), () =>
      client.transaction(async (runner) => {
        const now = await findSlice(runner, region.slice);
        return now && readState(runner, region.slice, now.epoch, now.head);
      }, 'repeatable read'),
    );
  }

  /** A state as a signed checkpoint of this moment. */
  sign(region: Region, state: RegionState): Promise<SignedStatement> {
    const { statements, nowMs } = this.parts;
    const moment = nowMs();
    const key = [
      region.slice,
      state.epoch,
      state.rseq,
      state.root,
      Math.floor(moment / SAME_MOMENT_MS),
    ];
    return this.signed.get(key.join(), () =>
      statements.sign(CheckpointSchema.parse(checkpointOf(region.code, state, moment))),
    );
  }
}
