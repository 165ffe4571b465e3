import { ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import type { ReadableDb } from '../database';
import { type EntityDigest, EntityDigester } from '../slice/digest';

/**
 * Computes the digest of a file while it is being loaded, on another core: each committed segment
 * is read back at once. Segments out of order are missed; the rows counted tell, and the digest is
 * then computed again from the start.
 */
export class LoadFollower {
  private readonly db: ReadableDb;
  private readonly digesters = new Map<Entity, EntityDigester>();

  /** Takes over the connection. */
  constructor(db: ReadableDb) {
    this.db = db;
  }

  private digester(entity: Entity): EntityDigester {
    let digester = this.digesters.get(entity);
    if (digester === undefined) {
      digester = new EntityDigester(entity);
      this.digesters.set(entity, digester);
    }
    return digester;
  }

  /** Takes in what has been committed since. */
  async follow(entity: Entity): Promise<void> {
    const digester = this.digester(entity);
    while (digester.step(this.db) > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  end(): readonly EntityDigest[] {
    const digests = ENTITY_ORDER.map((entity) => this.digester(entity).end());
    this.db.close();
    return digests;
  }
}
