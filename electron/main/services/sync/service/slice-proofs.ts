import type { SyncStatus } from '../../../../../shared/ipc/routes/sync';
import type { SliceState } from '../../../../store/protocol';
import { CheckpointSeals } from '../checkpoint-seal';
import { type MovesStanding, movesStanding } from '../moves/moves-proof';
import { NamesProofs } from '../names/names-proof';
import { isOlderThan, noteReached, readReached } from '../reached';
import { readWanted } from '../repair/wanted';
import { asOfOf, proofOf, type Standing, type StatusFacts } from '../status';
import type { SyncParts } from './sync-parts';

/** What the slice says of itself, and what of that the server signed. */
export class SliceProofs {
  private readonly seals = new CheckpointSeals();
  private readonly names = new NamesProofs();

  constructor(private readonly parts: Pick<SyncParts, 'store' | 'office' | 'clock'>) {}

  /** As of now, without another comparison of the rows. */
  async proof(): Promise<SyncStatus['proof']> {
    const { store } = this.parts;
    const state = await store.call('state', {});
    return proofOf(state, await this.standing(state), await readWanted(store));
  }

  /** The server's time of the data as pages and documents name it, ms; null: there are none. Never later than was signed. */
  async asOf(): Promise<number | null> {
    const state = await this.parts.store.call('state', {});
    return asOfOf({ state, ...(await this.standing(state)) });
  }

  /** What the slice says of itself, checked by the server's signature and by what the journal saw. */
  async standing(state: SliceState): Promise<Standing & Pick<StatusFacts, 'reachedMs'>> {
    const reached = await readReached(this.parts.store);
    return {
      seal: await this.seals.of(state, this.parts.office()),
      isOlder: isOlderThan(state, reached),
      reachedMs: reached?.issuedMs ?? null,
      names: await this.names.of(state, this.parts.store, this.parts.office()),
      moves: await movesStanding(state, this.parts.store, this.parts.office()),
    };
  }

  /** What is said of where certificates went that are not here any more. */
  async moves(): Promise<MovesStanding> {
    const { store, office } = this.parts;
    return movesStanding(await store.call('state', {}), store, office());
  }

  /** False where names of issuers and training bodies are not what the server signed. */
  async areIssuersSound(): Promise<boolean> {
    const { store, office } = this.parts;
    return (await this.names.of(await store.call('state', {}), store, office())) !== 'differ';
  }

  /** Whether something was put in the place of what the server said, or may have been. */
  async isDoubted(): Promise<boolean> {
    const state = await this.parts.store.call('state', {});
    // Names and moves are compared and mended by themselves.
    const rows = { ...(await this.standing(state)), names: 'equal', moves: 'equal' } as const;
    const { why } = proofOf(state, rows);
    return state.hasSlice && why !== null && why !== 'incomplete';
  }

  /** Whether what is kept beside the rows proves them: signed by the server, and the newest that was here. */
  async hasProof(): Promise<boolean> {
    const { seal, isOlder } = await this.standing(await this.parts.store.call('state', {}));
    return seal === 'signed' && !isOlder;
  }

  /** Learns from the state that stands now what time it is, and remembers how far this device has come. */
  async learnTime(): Promise<void> {
    const state = await this.parts.store.call('state', {});
    const { checkpoint } = state;
    // Only what the server signed says what time it is, and how far this device has come.
    if (checkpoint === null || (await this.seals.of(state, this.parts.office())) !== 'signed')
      return;
    this.parts.clock.learn(checkpoint.issuedMs);
    await noteReached(this.parts.store, checkpoint);
  }
}
