import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { AskedSchema, type CrossRegionRequestSchema } from '../../shared/protocol/cross-region';
import type { Bench } from '../commands/bench';
import type { Judgement } from '../commands/judgement';
import {
  addCrossRequest,
  holdCrossRequest,
  moveCrossRequest,
  openCrossRequests,
} from '../store/cross-requests';
import { findOffice, usersOf } from '../store/offices';
import { findSlice } from '../store/slices';

/** Who may ask: those who read certificates in their own region. */
const ASKERS: ReadonlySet<string> = new Set(['inspector', 'head']);

/** Requests that wait, of one person; and all that wait or are in force, of an office: each is told with every answer. */
const MOST_WAITING = 20;
const MOST_LIVE = 200;

const rejected = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });

/**
 * Takes a request to see other regions: it waits for the head of the asking office. What a head asks waits for the
 * superior at once: an office has one head as a rule, nobody else could give its opinion, and the decision is not his.
 */
export async function takeCrossRequest(
  { runner, device, command, nowMs }: Bench,
  asked: z.infer<typeof CrossRegionRequestSchema>,
): Promise<Judgement> {
  const office = await findOffice(runner, device.office);
  const person = (await usersOf(runner, device.office)).find(
    ({ userId }) => userId === command.actor,
  );
  if (office === undefined || person === undefined || !ASKERS.has(person.role))
    return rejected('not-of-office');
  if ((await holdCrossRequest(runner, asked.request)) !== undefined)
    return rejected('request-known');
  for (const region of asked.scope.regions) {
    const slice = Number(region.slice(0, 4));
    if (slice === office.slice) return rejected('region-own');
    if ((await findSlice(runner, slice)) === undefined) return rejected('region-unknown');
  }
  const { live, waitingOfPerson } = await openCrossRequests(
    runner,
    office.code,
    nowMs,
    person.userId,
  );
  if (waitingOfPerson >= MOST_WAITING || live >= MOST_LIVE) return rejected('requests-many');
  const { request } = asked;
  const text = canonicalJson(
    AskedSchema.parse({
      ...asked,
      office: office.code,
      officeName: office.name,
      region: String(office.slice),
      userId: person.userId,
      badge: person.badge,
      name: person.name,
      askedMs: nowMs,
    }),
  );
  await addCrossRequest(runner, {
    request,
    office: office.code,
    device: device.id,
    userId: person.userId,
    asked: text,
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
    askedMs: nowMs,
  });
  if (person.role === 'head') await moveCrossRequest(runner, request, 'endorsed', nowMs);
  return { verdict: 'applied', reason: null, subject: request };
}
