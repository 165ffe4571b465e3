import { type Manifest, ManifestSchema, namesRef } from '../../../../../shared/protocol/manifest';
import type { SliceState } from '../../../../store/protocol';
import type { StoreCaller } from '../../../clients/store-client';
import type { OfficeFile } from '../../unlock/office-file';
import { StatementChecks } from '../../unlock/statement-checks';

/**
 * Names of issuers and training bodies beside what the server signed of them. `equal`: the names that are stored give the
 * hash in the newest list whose names came here. `differ`: they do not. `unproven`: no such list is here, or the server
 * that made it signs no names.
 */
export type NamesStanding = 'equal' | 'differ' | 'unproven';

/** Fact of the journal: the envelope of the newest manifest whose names are here, as it came. */
const FACT = 'sync.names-manifest';

/** That envelope, unopened; null: none yet. */
export async function readNamesEnvelope(store: StoreCaller): Promise<string | null> {
  return store.call('factGet', { name: FACT });
}

/** From now on the names have to be those of this manifest. */
export async function keepNamesEnvelope(store: StoreCaller, envelope: unknown): Promise<void> {
  const value = JSON.stringify(envelope);
  if (value !== (await readNamesEnvelope(store)))
    await store.call('factSet', { name: FACT, value });
}

/** What the names are measured by: verified, and opened once as long as it is the same text. */
export class NamesProofs {
  private held: { readonly of: string; readonly manifest: Manifest | null } | null = null;

  /** Never throws for what lies in the journal: what cannot be verified proves nothing. */
  async of(
    { hasSlice, namesHash }: Pick<SliceState, 'hasSlice' | 'namesHash'>,
    store: StoreCaller,
    office: OfficeFile,
  ): Promise<NamesStanding> {
    if (!hasSlice) return 'unproven';
    const text = await readNamesEnvelope(store);
    const manifest = text === null ? null : await this.open(text, office);
    const ref = manifest === null ? undefined : namesRef(manifest);
    if (ref === undefined) return 'unproven';
    return namesHash === ref.sha256 ? 'equal' : 'differ';
  }

  private async open(text: string, office: OfficeFile): Promise<Manifest | null> {
    const of = `${office.ca} ${office.statementCertificate} ${office.office.region} ${text}`;
    if (this.held?.of !== of) {
      const checks = new StatementChecks(office.ca, office.statementCertificate);
      const opened = await checks.openTimeless(jsonOf(text), ManifestSchema);
      const isOurs = opened.ok && opened.value.region === office.office.region;
      this.held = { of, manifest: isOurs ? opened.value : null };
    }
    return this.held.manifest;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
