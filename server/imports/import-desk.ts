import type { ImportVerdict } from '../../shared/domain/imports/rows';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import type { KeyProvider } from '../keys/key-provider';
import { importContents, importsOf } from '../store/imports';
import { findOffice, usersOf } from '../store/offices';
import { endSigners } from '../store/signers';
import type { SqlClient } from '../store/sql-client';

/** Context under which a row is wrapped for rest. */
export const importContext = (office: string, id: string): string => `import ${office} ${id}`;

interface ImportDeskParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly nowMs: () => number;
}

/** The lists that offices handed in, for whoever enters what they say; and with which keys they may be signed. */
export class ImportDesk {
  constructor(private readonly parts: ImportDeskParts) {}

  /** Lists of an office with their rows by verdict, newest first. Throws RangeError for an office that is not there. */
  async list(office: string) {
    await this.needOffice(office);
    return importsOf(this.parts.client, office);
  }

  /** Rows of a list as they were signed, with their verdicts; none for a list that is not there. */
  async rows(
    id: string,
  ): Promise<readonly { readonly verdict: ImportVerdict; readonly row: unknown }[]> {
    const { client, keys } = this.parts;
    return (await importContents(client, id)).map(({ office, verdict, content }) => ({
      verdict,
      row: JSON.parse(keys.unwrap(content, importContext(office, id)).toString('utf8')) as unknown,
    }));
  }

  /**
   * A person's key was lost or replaced: what is recorded of it ends now, and the next signature's certificate takes its
   * place. Throws RangeError for nobody of the office.
   */
  async replaceKey(office: string, badge: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'replacing a person’s key', agreed);
    const { client, nowMs } = this.parts;
    await this.needOffice(office);
    const user = (await usersOf(client, office)).find((one) => one.badge === badge);
    if (user === undefined) throw new RangeError('nobody of the office has this badge');
    await endSigners(client, office, user.userId, nowMs());
  }

  private async needOffice(code: string): Promise<void> {
    if ((await findOffice(this.parts.client, code)) === undefined)
      throw new RangeError(`no office ${code}`);
  }
}
