import type { RegionKeysStatement } from '../../../../shared/protocol/region-keys';
import type { KeyRing } from '../../../crypto/key-ring';
import { zeroPairs } from '../../../crypto/transport-ring';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import { mayRotate } from '../rotation/next-keys';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { keysSaid } from './keys-statement';
import { openPairs } from './open-pairs';

export interface RegionKeysParts {
  readonly store: StoreCaller;
  readonly log: ServiceLog;
  /** What this device holds of its office now. */
  office(): OfficeFile;
  /** Which epoch the slots' pair is of, into office.json. */
  saveKeyEpoch(keyEpoch: number): Promise<void>;
  isEmergency(): boolean;
}

/**
 * The transport keys of the region on this device. The centre tells which epochs are in force by a statement, which lies
 * in office.json as it came: every pair in a box that only the device's box key opens, and only slots that read hold
 * that. In the open they are in the session's ring alone, from unlock to lock. The slots wrap one pair too, of the epoch
 * that office.json names: it serves until the first statement, and gives way to the newest when it is out of force.
 */
export class RegionKeys implements SessionListener {
  /** What the ring was filled from. */
  private held: RegionKeysStatement | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: RegionKeysParts) {}

  /** Fills the ring of a session that is about to open, before anything is opened with it. */
  async fill(session: Pick<OpenSession, 'keys' | 'office'>): Promise<void> {
    this.held = null;
    if (!holdsKeys(session.keys)) return;
    const { office, keys } = session;
    const said = await keysSaid(office, office.statements);
    if (said !== null && (await this.take(session, said))) return;
    // Kept for recovery and opened again: the ring is as it was.
    if (this.held !== null) return;
    const pair = {
      keyEpoch: office.keyEpoch,
      transportPublic: keys.copy('transportPublic'),
      transportPrivate: keys.copy('transportPrivate'),
    };
    keys.holdTransport([pair]);
    zeroPairs([pair]);
  }

  /** What a kill left between the slots and office.json is put right. */
  async opened(session: OpenSession): Promise<void> {
    await this.inTurn(() => this.settle(session));
  }

  async closing(): Promise<void> {
    await this.turn.catch(() => undefined);
    this.held = null;
  }

  /** Statements came: where they tell of other keys, the session, the store and the slots follow. Never rejects. */
  renewed(session: OpenSession | null): Promise<void> {
    return this.inTurn(async () => {
      if (session === null || session.keys.isZero || !holdsKeys(session.keys)) return;
      const office = this.parts.office();
      const said = await keysSaid(office, office.statements);
      if (said === null || said.issuedMs === this.held?.issuedMs) return;
      if (!(await this.take({ ...session, office }, said))) return;
      await this.passOn(session);
      const payload = { epoch: said.keyEpoch, inForce: said.pairs.length };
      const entry = { kind: 'region-keys-received', actor: 'system', payload };
      await this.parts.store.call('auditAppend', entry);
      await this.settle(session);
    });
  }

  /** Whether the ring is another now. What cannot be taken up leaves it as it is. */
  private async take(
    session: Pick<OpenSession, 'keys' | 'office'>,
    said: RegionKeysStatement,
  ): Promise<boolean> {
    const pairs = await openPairs(session, said);
    if (typeof pairs === 'string') {
      this.parts.log.error('keys of the region not taken up', {
        epoch: said.keyEpoch,
        fault: pairs,
      });
      return false;
    }
    const isOther = !session.keys.holdsTransport(pairs);
    if (isOther) session.keys.holdTransport(pairs);
    zeroPairs(pairs);
    this.held = said;
    return isOther;
  }

  /** The store opens with the keys in force; the processes that seal are started anew for each run. */
  private async passOn({ keys }: OpenSession): Promise<void> {
    const transportPublic = keys.packedTransport('transportPublic');
    try {
      await this.parts.store.call('setTransport', { keys: { transportPublic } });
    } finally {
      transportPublic.fill(0);
    }
  }

  /**
   * The slots' pair is out of force: the newest takes its place in every slot, in one write, then office.json says of
   * which epoch it is. Cut off in between, it is done again: a statement is there, and counts before the slots.
   */
  private async settle({ keys, keyslots }: OpenSession): Promise<void> {
    const { keyEpoch } = this.parts.office();
    const { held } = this;
    if (held === null || this.parts.isEmergency() || !mayRotate(keys)) return;
    if (held.pairs.some((pair) => pair.keyEpoch === keyEpoch)) return;
    const newest = keys.peekTransport(held.keyEpoch);
    if (newest === undefined) return;
    const { transportPublic, transportPrivate } = newest;
    await keyslots.changeKeys(keys, { transportPublic, transportPrivate });
    await this.parts.saveKeyEpoch(held.keyEpoch);
    const payload = { former: keyEpoch, epoch: held.keyEpoch };
    const entry = { kind: 'region-keys-former-destroyed', actor: 'system', payload };
    await this.parts.store.call('auditAppend', entry);
  }

  /** What fails is tried again with the next statements, or at the next unlock. */
  private inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(act).catch((error: unknown) => {
      this.parts.log.warn('keys of the region not brought up to date', { detail: String(error) });
    });
    this.turn = turn;
    return turn;
  }
}

const holdsKeys = (keys: KeyRing): boolean =>
  keys.has('deviceBox') && keys.has('transportPrivate') && keys.has('region');
