import { createHash } from 'node:crypto';
import { approversNeeded, mayDecide } from '../../shared/domain/cross-region/scope';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  type Asked,
  AskedSchema,
  GrantScopeSchema,
  type Standing,
  StandingsSchema,
  standingsContext,
} from '../../shared/protocol/cross-region';
import { sealBox } from '../../shared/protocol/sealed-box';
import { SignedStatementSchema } from '../../shared/protocol/signed-statement';
import type { ServerParts } from '../http/parts';
import { boxSubtle } from '../keys/key-provider';
import { findGrant } from '../store/cross-grants';
import {
  crossHistory,
  crossRequestsOf,
  crossStepsOf,
  endorsedCrossRequests,
  type KeptCrossRequest,
} from '../store/cross-requests';
import { countInScope } from '../store/cross-rows';
import type { Device } from '../store/devices';
import type { Office } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { scopeSoFar } from './decide';

const MOST = 150;
/** Of all offices, out of which those below this authority are taken. */
const MOST_ENDORSED = 1_000;

const askedOf = ({ asked }: KeptCrossRequest): Asked => AskedSchema.parse(JSON.parse(asked));

async function reachOf(runner: SqlRunner, { scope }: Asked): Promise<number> {
  const slices = new Set(scope.regions.map((region) => Number(region.slice(0, 4))));
  let count = 0;
  for (const slice of slices) count += await countInScope(runner, slice, scope);
  return count;
}

async function standingOf(
  runner: SqlRunner,
  kept: KeptCrossRequest,
  device: Device,
  todo: Standing['todo'],
): Promise<Standing> {
  const asked = askedOf(kept);
  const steps = await crossStepsOf(runner, kept.request);
  const grant = kept.device === device.id ? await findGrant(runner, kept.request) : undefined;
  const statement = (text: string | null | undefined) =>
    text == null ? null : SignedStatementSchema.parse(JSON.parse(text));
  return {
    asked: kept.asked,
    state: kept.state,
    todo,
    steps: steps.map(({ kind, decision, name, officeName, note, atMs }) => ({
      kind,
      decision,
      name,
      office: officeName,
      note,
      atMs,
    })),
    scope: GrantScopeSchema.parse(scopeSoFar(asked, steps)),
    needed: approversNeeded(asked.scope),
    reach: todo === null ? null : await reachOf(runner, asked),
    before: todo === null ? null : await crossHistory(runner, kept.userId, kept.request),
    grant: statement(grant?.statement),
    end: statement(grant?.ended),
  };
}

/** Requests that an office made, and those that an authority has to decide or decided. */
async function standings(
  runner: SqlRunner,
  office: Office,
  device: Device,
): Promise<readonly Standing[]> {
  const own = await crossRequestsOf(runner, office.code, MOST);
  const { jurisdiction } = office;
  const below =
    jurisdiction === undefined
      ? []
      : (await endorsedCrossRequests(runner, MOST_ENDORSED))
          .filter((kept) => {
            const { region, scope } = askedOf(kept);
            return kept.office !== office.code && mayDecide(jurisdiction, region, scope.regions);
          })
          .slice(0, MOST);
  const found: Standing[] = [];
  for (const kept of own)
    found.push(await standingOf(runner, kept, device, kept.state === 'asked' ? 'endorse' : null));
  for (const kept of below)
    found.push(
      await standingOf(runner, kept, device, kept.state === 'endorsed' ? 'approve' : null),
    );
  return found;
}

/** How the requests stand that concern a device's office, sealed to the device; the tag names what it says. */
export async function standingsFor(
  { client }: Pick<ServerParts, 'client'>,
  office: Office,
  device: Device,
): Promise<{ readonly tag: string; seal(): Promise<Uint8Array> }> {
  const requests = await client.transaction((runner) => standings(runner, office, device));
  const text = canonicalJson(StandingsSchema.parse({ requests }));
  return {
    tag: createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 22),
    seal: () =>
      sealBox(boxSubtle, device.boxKey, Buffer.from(text, 'utf8'), standingsContext(device.id)),
  };
}
