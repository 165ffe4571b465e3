import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import {
  type Checkpoint,
  CheckpointSchema,
  ManifestSchema,
} from '../../../../shared/protocol/manifest';
import type { SliceState } from '../../../store/protocol';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';

/**
 * What the slice's checkpoint is worth: `signed`: the server's signature over just this state lies beside it;
 * `absent`: none does, or another state's; `altered`: what lies there is not the server's, or says otherwise of this
 * state. Only the first proves anything: whoever has the slice's key can write the checkpoint itself.
 */
export type CheckpointSeal = 'signed' | 'absent' | 'altered';

/** The state that an envelope signs: a checkpoint, or a manifest whose base a first load came to. */
export async function signedState(
  envelope: unknown,
  checks: StatementChecks,
): Promise<Checkpoint | null> {
  const opened = await checks.openTimeless(envelope, CheckpointSchema);
  if (opened.ok) return opened.value;
  const manifest = await checks.openTimeless(envelope, ManifestSchema);
  return manifest.ok && manifest.value.base.region === manifest.value.region
    ? manifest.value.base
    : null;
}

/** Checks the signature that is kept beside the slice's checkpoint against the pinned keys of the server. */
export async function sealOf(
  { checkpoint, signed }: Pick<SliceState, 'checkpoint' | 'signed'>,
  checks: StatementChecks,
  region: string,
): Promise<CheckpointSeal> {
  if (checkpoint === null || signed === undefined || signed === null) return 'absent';
  const state = await signedState(signed, checks);
  if (state === null || state.region !== region) return 'altered';
  if (canonicalJson(state) === canonicalJson(checkpoint)) return 'signed';
  // A run that ended between the state and its signature left the former one.
  const { epoch, rseq, issuedMs } = checkpoint;
  const isOther = state.epoch !== epoch || state.rseq !== rseq || state.issuedMs !== issuedMs;
  return isOther ? 'absent' : 'altered';
}

/** The same for an office as it stands; its trust is made ready once. */
export class CheckpointSeals {
  private held: { readonly of: string; readonly checks: StatementChecks } | null = null;

  of(state: SliceState, office: OfficeFile): Promise<CheckpointSeal> {
    const of = `${office.ca} ${office.statementCertificate}`;
    if (this.held?.of !== of)
      this.held = { of, checks: new StatementChecks(office.ca, office.statementCertificate) };
    return sealOf(state, this.held.checks, office.office.region);
  }
}
