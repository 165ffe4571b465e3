import { addAgreedEndpoints, notAgreed } from '../store/agreed-endpoints';
import type { SqlClient } from '../store/sql-client';
import { type Agreed, demandTwo } from './two-persons-rule';

interface EndpointParts {
  readonly client: SqlClient;
  readonly nowMs: () => number;
}

/** Addresses that bundles may bring: a device asks them first from then on, so one person alone sends none astray. */
export class EndpointDesk {
  constructor(private readonly parts: EndpointParts) {}

  /** Allows addresses. Throws RangeError. */
  async add(endpoints: readonly string[], agreed: Agreed | null = null): Promise<void> {
    const { client, nowMs } = this.parts;
    await demandTwo(client, 'addresses that bundles bring', agreed);
    await addAgreedEndpoints(client, endpoints, agreed?.act ?? '', nowMs());
  }

  /** Throws RangeError where two persons administer the centre and did not allow one of the addresses. */
  async demand(endpoints: readonly string[]): Promise<void> {
    if ((await notAgreed(this.parts.client, endpoints)) === undefined) return;
    await demandTwo(this.parts.client, 'an address that no act allowed (bundle-endpoints)', null);
  }
}
