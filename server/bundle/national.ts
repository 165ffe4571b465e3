import {
  type BundleContents,
  type BundleWishes,
  NATIONAL_BUNDLE_VERSION,
  NATIONAL_DELTA_BUNDLE_VERSION,
} from '../../shared/protocol/bundle';
import { type National, NationalSchema } from '../../shared/protocol/national';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { ServerParts } from '../http/parts';
import { deltaOf, filterOf, latestPublication } from '../store/national';
import type { VolumeWriter } from './volume-writer';

interface Chosen {
  readonly statement: SignedStatement;
  /** The whole, or with `from` what leads to it from the filter that the device said it holds. */
  readonly filter: Uint8Array;
  readonly from: string | null;
  readonly day: National['day'];
}

/**
 * The newest publication of the national status filter; undefined where there is none yet, or where the device did not say
 * that it reads bundles with one.
 */
export async function chooseNational(
  { client }: Pick<ServerParts, 'client'>,
  wishes: Pick<BundleWishes, 'reads' | 'holdsFilter'> | undefined,
): Promise<Chosen | undefined> {
  const { reads = 1, holdsFilter } = wishes ?? {};
  if (reads < NATIONAL_BUNDLE_VERSION) return undefined;
  const newest = await latestPublication(client);
  if (newest === undefined) return undefined;
  const statement = SignedStatementSchema.parse(JSON.parse(newest.statement));
  const national = NationalSchema.parse(JSON.parse(statement.payload));
  const { day } = national;
  const { sha256 } = national.filter;
  const delta =
    holdsFilter === undefined || reads < NATIONAL_DELTA_BUNDLE_VERSION
      ? undefined
      : await deltaOf(client, holdsFilter, sha256);
  if (delta !== undefined) return { statement, filter: delta, from: holdsFilter ?? null, day };
  const filter = await filterOf(client, sha256);
  return filter === undefined ? undefined : { statement, filter, from: null, day };
}

/** Writes the filter as the line gives it, and names it beside its statement. */
export async function writeNational(
  writer: VolumeWriter,
  chosen: Chosen | undefined,
): Promise<Pick<BundleContents, 'national'>> {
  if (chosen === undefined) return {};
  const { statement, from } = chosen;
  const filter = await writer.add(chosen.filter);
  return { national: { statement, filter, ...(from === null ? {} : { from }) } };
}
