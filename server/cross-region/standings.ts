import { createHash } from 'node:crypto';
import { approversNeeded, bareRegion, mayDecide } from '../../shared/domain/cross-region/scope';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  type Asked,
  AskedSchema,
  GrantScopeSchema,
  LONGEST_ASKED,
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
  crossRequestsBelow,
  crossRequestsOf,
  crossStepsOf,
  type KeptCrossRequest,
} from '../store/cross-requests';
import { countInScope } from '../store/cross-rows';
import type { Device } from '../store/devices';
import type { Office } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { scopeSoFar } from './decide';
import { MarksOfSlices, marksOfGrant } from './grant-marks';

/** Of an office's own requests that are over; those that are not are all told (take-request.ts bounds them). */
const PAST = 50;
const BELOW = { waiting: 200, inForce: 1_000, past: PAST };

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
  marks: MarksOfSlices | null,
): Promise<Standing> {
  const asked = askedOf(kept);
  const steps = await crossStepsOf(runner, kept.request);
  const grant = kept.device === device.id ? await findGrant(runner, kept.request) : undefined;
  const statement = (text: string | null | undefined) =>
    text == null ? null : SignedStatementSchema.parse(JSON.parse(text));
  // A form of before says the same where nothing is marked.
  const under =
    marks === null || grant === undefined || kept.state !== 'granted'
      ? []
      : await marksOfGrant(runner, grant, marks);
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
    ...(under.length === 0 ? {} : { marks: [...under] }),
  };
}

/** Requests that an office made, and those that an authority has to decide or decided. */
async function standings(
  runner: SqlRunner,
  office: Office,
  device: Device,
  nowMs: number,
  log: ServerParts['log'],
  withMarks: boolean,
): Promise<readonly Standing[]> {
  const marks = withMarks ? new MarksOfSlices(runner) : null;
  const isReadable = (kept: KeptCrossRequest) => {
    // One of former rules that this program cannot tell holds up none of the others.
    const success =
      kept.asked.length <= LONGEST_ASKED && AskedSchema.safeParse(JSON.parse(kept.asked)).success;
    if (!success) log(`cross-region request left out: ${kept.request}`);
    return success;
  };
  const own = (await crossRequestsOf(runner, office.code, nowMs, PAST)).filter(isReadable);
  const { jurisdiction } = office;
  const authority = { office: office.code, region: bareRegion(jurisdiction ?? '') };
  const below =
    jurisdiction === undefined
      ? []
      : (await crossRequestsBelow(runner, authority, nowMs, BELOW)).filter((kept) => {
          if (!isReadable(kept)) return false;
          const { region, scope } = askedOf(kept);
          return mayDecide(jurisdiction, region, scope.regions);
        });
  const found: Standing[] = [];
  for (const kept of own)
    found.push(
      await standingOf(runner, kept, device, kept.state === 'asked' ? 'endorse' : null, marks),
    );
  for (const kept of below)
    found.push(
      await standingOf(runner, kept, device, kept.state === 'endorsed' ? 'approve' : null, marks),
    );
  return found;
}

/**
 * How the requests stand that concern a device's office, sealed to the device; the tag names what it says. `withMarks`: for a device
 * that reads which granted certificates are under verification.
 */
export async function standingsFor(
  { client, nowMs, log }: Pick<ServerParts, 'client' | 'nowMs' | 'log'>,
  office: Office,
  device: Device,
  { withMarks }: { readonly withMarks: boolean },
): Promise<{
  readonly tag: string;
  readonly isEmpty: boolean;
  readonly hasMarks: boolean;
  seal(): Promise<Uint8Array>;
}> {
  const requests = await client.transaction((runner) =>
    standings(runner, office, device, nowMs(), log, withMarks),
  );
  const text = canonicalJson(StandingsSchema.parse({ requests }));
  return {
    isEmpty: requests.length === 0,
    hasMarks: requests.some(({ marks }) => marks !== undefined && marks.length > 0),
    tag: createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 22),
    seal: () =>
      sealBox(boxSubtle, device.boxKey, Buffer.from(text, 'utf8'), standingsContext(device.id)),
  };
}
