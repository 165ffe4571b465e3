import type { Mark } from '../../../../shared/domain/marks/marks';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import { type Day, dayInShanghai } from '../../../../shared/kernel/day';
import type { Grant } from '../../../../shared/protocol/cross-region';
import { hkdf } from '../../../crypto/hkdf';
import { packTransport } from '../../../crypto/transport-ring';
import { type StartedStore, StoreClient } from '../../clients/store-client';
import { blindKeysOf } from '../unlock/key-copies';
import type { OpenSession } from '../unlock/session';
import type { HeldGrant } from './grant-folder';

export interface GrantStoreParts {
  readonly rulePack: RulePack;
  readonly startStore: () => StartedStore;
  /** Highest time seen. */
  highestMs(): number;
  /** What this office's centre has under verification now. */
  marks(): readonly Mark[];
}

/**
 * The store of one grant: a process of its own on the grant's folder, under keys that come from the grant's. It has no key
 * of the office's files, and the office's store none of its.
 */
export class GrantStores {
  private readonly open = new Map<string, StoreClient>();

  constructor(private readonly parts: GrantStoreParts) {}

  /** The running store of a grant; null where it is not open. */
  find(grant: string): StoreClient | null {
    const store = this.open.get(grant) ?? null;
    return store?.running == null ? null : store;
  }

  /** Starts a grant's store. `isNew`: nothing is in the folder yet. Throws codes of the store. */
  async start(
    session: OpenSession,
    { grant, scope }: Grant,
    folder: string,
    { files, transportPublic, transportPrivate }: HeldGrant,
    isNew: boolean,
  ): Promise<StoreClient> {
    await this.stop(grant);
    const { rulePack, startStore, highestMs, marks } = this.parts;
    const store = new StoreClient(
      startStore,
      () => void this.open.delete(grant),
      () => undefined,
    );
    this.open.set(grant, store);
    store.start();
    const keys = {
      journal: hkdf(files, 'fieldcert grant journal', 32),
      slice: hkdf(files, 'fieldcert grant rows', 32),
      // A grant has keys of its own, which are never changed.
      transportPublic: packTransport(
        [{ keyEpoch: 1, transportPublic, transportPrivate }],
        'transportPublic',
      ),
    };
    const [blindKeys] = blindKeysOf(session.keys);
    try {
      await store.call('open', {
        officeDir: folder,
        keys,
        session: {
          ...session.view,
          // Main asked for the role before; the rows of this store are the grant's and nothing else.
          regions: [...scope.regions],
          deviceId: session.office.deviceId,
        },
        rulePack,
        ...(blindKeys === undefined ? {} : { blindKeys }),
        create: isNew,
      });
      await store.call('setToday', { today: dayInShanghai(highestMs()) });
      // Of a training body, an issuer or a company that is marked here, granted rows are no better than our own.
      await store.call('setMarks', { marks: marks() });
      return store;
    } catch (error) {
      await this.stop(grant);
      throw error;
    } finally {
      for (const one of [...Object.values(keys), ...Object.values(blindKeys ?? {})]) one.fill(0);
    }
  }

  /** Has every open store judge by another day. */
  async setToday(today: Day): Promise<void> {
    for (const store of this.open.values())
      if (store.running != null) await store.call('setToday', { today });
  }

  /** Has every open store go by other marks. */
  async setMarks(marks: readonly Mark[]): Promise<void> {
    for (const store of this.open.values())
      if (store.running != null) await store.call('setMarks', { marks });
  }

  async stop(grant: string): Promise<void> {
    const store = this.open.get(grant);
    this.open.delete(grant);
    await store?.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((grant) => this.stop(grant)));
  }

  /** The running store. Throws GRANT_NOT_OPEN. */
  demand(grant: string): StoreClient {
    const store = this.find(grant);
    if (store === null) throw new AppError('GRANT_NOT_OPEN');
    return store;
  }
}
