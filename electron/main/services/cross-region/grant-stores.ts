import type { Mark } from '../../../../shared/domain/marks/marks';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import { type Day, dayInShanghai } from '../../../../shared/kernel/day';
import type { Grant } from '../../../../shared/protocol/cross-region';
import { hkdf } from '../../../crypto/hkdf';
import { packTransport } from '../../../crypto/transport-ring';
import { type StartedStore, StoreClient } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import { blindKeysOf } from '../unlock/key-copies';
import type { OpenSession } from '../unlock/session';
import type { HeldGrant } from './grant-folder';

export interface GrantStoreParts {
  readonly log: ServiceLog;
  readonly rulePack: RulePack;
  readonly startStore: () => StartedStore;
  /** Highest time seen. */
  highestMs(): number;
  /** What this office's centre has under verification now. */
  marks(): readonly Mark[];
  /** What the centre has under verification among a grant's rows, by marks of their own region. */
  marksOf(grant: string): Promise<readonly Mark[]>;
}

/**
 * The store of one grant: a process of its own on the grant's folder, under keys that come from the grant's. It has no key
 * of the office's files, and the office's store none of its.
 */
export class GrantStores {
  private readonly open = new Map<string, StoreClient>();
  /** Those that have opened and go by the day and the marks of now. */
  private readonly ready = new WeakSet<StoreClient>();
  /** Counts days and marks that came: one that came while a store opened is not missed by it. */
  private changes = 0;
  /** Differs whenever marks of a grant's own region do, of any grant that was told before. */
  marksVersion = 0;
  /** What each grant's store was told last of its own region, and how often that was something else than before. */
  private readonly ofRegions = new Map<
    string,
    { readonly text: string; readonly version: number }
  >();
  /** The marks that were told last; null: none since the session began. */
  private told: readonly Mark[] | null = null;

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
    const { rulePack, startStore } = this.parts;
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
      // What changes while the store opens reaches it before anybody asks it.
      await this.bringUpToNow(grant, store);
      this.ready.add(store);
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
    this.changes++;
    for (const [grant, store] of this.opened())
      await store.call('setToday', { today }).catch((error: unknown) => this.giveUp(grant, error));
  }

  /** Has every open store go by other marks of this office. */
  async setMarks(marks: readonly Mark[]): Promise<void> {
    this.told = marks;
    await this.grantMarksChanged();
  }

  /** Has every open store go by what is marked now, here and in the region of its rows. */
  async grantMarksChanged(): Promise<void> {
    this.changes++;
    for (const [grant, store] of this.opened())
      await this.goByMarks(grant, store).catch((error: unknown) => this.giveUp(grant, error));
  }

  /** Stores that have opened: one that is still opening asks for what is new by itself. */
  private opened(): (readonly [string, StoreClient])[] {
    return [...this.open].filter(([, store]) => store.running != null && this.ready.has(store));
  }

  /** A store that does not take it says nothing more: its rows would read as they did before. The others and the office go on. */
  private async giveUp(grant: string, error: unknown): Promise<void> {
    this.parts.log.error('grant store given up', { grant, detail: String(error) });
    await this.stop(grant);
  }

  private async bringUpToNow(grant: string, store: StoreClient): Promise<void> {
    let seen: number;
    do {
      seen = this.changes;
      await store.call('setToday', { today: dayInShanghai(this.parts.highestMs()) });
      await this.goByMarks(grant, store);
    } while (seen !== this.changes);
  }

  /**
   * Of a training body, an issuer or a company that is marked here, granted rows are no better than our own; beside it counts what
   * their own region has marked. Of two tellings at a time the one that began with what is known last has the last word.
   */
  private async goByMarks(grant: string, store: StoreClient): Promise<void> {
    let seen: number;
    do {
      seen = this.changes;
      const own = await this.parts.marksOf(grant);
      await store.call('setMarks', { marks: [...(this.told ?? this.parts.marks()), ...own] });
      this.noteMarks(grant, JSON.stringify(own));
    } while (seen !== this.changes);
  }

  /** What a store is told when it is opened first changes nothing that anybody has seen. */
  private noteMarks(grant: string, text: string): void {
    const before = this.ofRegions.get(grant);
    if (before?.text === text) return;
    this.ofRegions.set(grant, { text, version: (before?.version ?? -1) + 1 });
    if (before !== undefined) this.marksVersion++;
  }

  /** Differs whenever the marks of this grant's own region do, and of no other grant's. */
  marksVersionOf(grant: string): number {
    return this.ofRegions.get(grant)?.version ?? 0;
  }

  async stop(grant: string): Promise<void> {
    const store = this.open.get(grant);
    this.open.delete(grant);
    await store?.stop();
  }

  async stopAll(): Promise<void> {
    this.told = null;
    await Promise.all([...this.open.keys()].map((grant) => this.stop(grant)));
  }

  /** The running store. Throws GRANT_NOT_OPEN. */
  demand(grant: string): StoreClient {
    const store = this.find(grant);
    if (store === null) throw new AppError('GRANT_NOT_OPEN');
    return store;
  }
}
