import {
  BUNDLE_VERSION,
  type BundleContents,
  type BundleWishes,
} from '../../shared/protocol/bundle';
import { type National, NationalSchema } from '../../shared/protocol/national';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { ServerParts } from '../http/parts';
import { filterOf, latestPublication } from '../store/national';
import type { VolumeWriter } from './volume-writer';

interface Chosen {
  readonly statement: SignedStatement;
  readonly filter: Uint8Array;
  readonly day: National['day'];
}

/**
 * The newest publication of the national status filter; undefined where there is none yet, or where the device did not say
 * that it reads bundles with one.
 */
export async function chooseNational(
  { client }: Pick<ServerParts, 'client'>,
  wishes: Pick<BundleWishes, 'reads'> | undefined,
): Promise<Chosen | undefined> {
  if ((wishes?.reads ?? 1) < BUNDLE_VERSION) return undefined;
  const newest = await latestPublication(client);
  if (newest === undefined) return undefined;
  const statement = SignedStatementSchema.parse(JSON.parse(newest.statement));
  const national = NationalSchema.parse(JSON.parse(statement.payload));
  const filter = await filterOf(client, national.filter.sha256);
  return filter === undefined ? undefined : { statement, filter, day: national.day };
}

/** Writes the filter as the line gives it, and names it beside its statement. */
export async function writeNational(
  writer: VolumeWriter,
  chosen: Chosen | undefined,
): Promise<Pick<BundleContents, 'national'>> {
  if (chosen === undefined) return {};
  return { national: { statement: chosen.statement, filter: await writer.add(chosen.filter) } };
}
