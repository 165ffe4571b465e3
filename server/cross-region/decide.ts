import {
  approversNeeded,
  type GrantScope,
  isWithin,
  mayDecide,
} from '../../shared/domain/cross-region/scope';
import type { CommandPayload } from '../../shared/protocol/commands';
import {
  type Asked,
  AskedSchema,
  GrantEndSchema,
  GrantSchema,
} from '../../shared/protocol/cross-region';
import { INTENTS, type IntentOf, SignedIntentSchema } from '../../shared/protocol/intents';
import type { Bench } from '../commands/bench';
import type { Judgement } from '../commands/judgement';
import { heldIntent, keyHashOf } from '../commands/signed-intent';
import { addGrant, endGrant, findGrant } from '../store/cross-grants';
import {
  addCrossStep,
  type CrossStep,
  crossStepsOf,
  holdCrossRequest,
  type KeptCrossRequest,
  moveCrossRequest,
} from '../store/cross-requests';
import { findOffice, type Office, type OfficeUser, usersOf } from '../store/offices';
import { certificatesOf } from '../store/signers';

const DAY_MS = 86_400_000;

const rejected = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });

interface Decider {
  readonly office: Office;
  readonly person: OfficeUser;
}

interface Case {
  readonly kept: KeptCrossRequest;
  readonly asked: Asked;
  readonly steps: readonly CrossStep[];
  readonly decider: Decider;
}

/**
 * What a decision of this person would be now: the own head endorses, an approver of a superior authority decides, and may
 * take back what was granted. Nobody decides on his own request or twice on another's. A text says why not.
 */
function stepOf({
  kept,
  asked,
  steps,
  decider,
}: Case): CrossStep['kind'] | { readonly fault: string } {
  const { office, person } = decider;
  if (person.userId === kept.userId) return { fault: 'approval-own' };
  const isHead = office.code === kept.office && person.role === 'head';
  const isSuperior =
    person.role === 'approver' &&
    office.jurisdiction !== undefined &&
    mayDecide(office.jurisdiction, asked.region, asked.scope.regions);
  if (!isHead && !isSuperior) return { fault: 'not-approver' };
  if (kept.state === 'granted') return isSuperior ? 'revoke' : { fault: 'request-decided' };
  if (kept.state === 'asked') return isHead ? 'endorse' : { fault: 'not-endorsed' };
  if (kept.state !== 'endorsed') return { fault: 'request-decided' };
  if (!isSuperior) return { fault: 'request-decided' };
  const hasDecided = steps.some(({ userId }) => userId === person.userId);
  return hasDecided ? { fault: 'approval-twice' } : 'approve';
}

/** Of the certificate that signed a step; a renewed certificate of the same keys has the same. */
function stepKeyOf({ signed }: CrossStep): string | null {
  const { certificates } = SignedIntentSchema.parse(JSON.parse(signed));
  return keyHashOf(Buffer.from(certificates[0] ?? '', 'base64'));
}

/** One key is one person: it signed no other step of this request, and is not known as the asker's. */
async function isOwnKey(
  { runner }: Bench,
  { kept, steps, decider }: Case,
  certificate: string,
  key: string | null,
): Promise<boolean> {
  const isUsed = steps.some(
    (step) =>
      step.userId !== decider.person.userId &&
      (step.certificate === certificate || (key !== null && stepKeyOf(step) === key)),
  );
  const askers = await certificatesOf(runner, kept.office, kept.userId);
  return !isUsed && !askers.some((one) => one.certificate === certificate);
}

/** Takes a signed decision on a request to see other regions, with all that follows from it. */
export async function decideCrossRequest(
  bench: Bench,
  { request, decision, signed }: CommandPayload<'approval'>,
): Promise<Judgement> {
  const { runner, device, command } = bench;
  const kept = await holdCrossRequest(runner, request);
  if (kept === undefined) return rejected('request-unknown');
  const office = await findOffice(runner, device.office);
  const person = (await usersOf(runner, device.office)).find(
    ({ userId }) => userId === command.actor,
  );
  if (office === undefined || person === undefined) return rejected('not-approver');
  const asked = AskedSchema.parse(JSON.parse(kept.asked));
  const one: Case = {
    kept,
    asked,
    steps: await crossStepsOf(runner, request),
    decider: { office, person },
  };
  const kind = stepOf(one);
  if (typeof kind === 'object') return rejected(kind.fault);
  if (kind === 'revoke' && decision === 'approved') return rejected('request-decided');
  const held = await heldIntent(bench, 'approval', signed);
  if (!held.ok) return rejected(held.fault);
  const { intent, signer } = held;
  // What was signed is this request as it is kept, and this decision.
  const isThis =
    intent.request === request &&
    intent.requestSha256 === kept.sha256 &&
    intent.decision === decision;
  if (!isThis) return rejected('approval-other');
  if (!isScopeRight(one, kind, intent)) return rejected('approval-beyond');
  const key = keyHashOf(Buffer.from(signed.certificates[0] ?? '', 'base64'));
  if (!(await isOwnKey(bench, one, signer.certificate, key))) return rejected('approval-key');
  await addCrossStep(runner, request, {
    kind,
    decision,
    office: office.code,
    officeName: office.name,
    userId: person.userId,
    name: `${person.name} ${person.badge}`.slice(0, 120),
    certificate: signer.certificate,
    note: intent.note,
    signed: JSON.stringify(signed),
    atMs: intent.atMs,
  });
  await follow(bench, one, kind, intent);
  return { verdict: 'applied', reason: null, subject: request };
}

/** What a step leads to. */
async function follow(
  bench: Bench,
  { kept, asked, steps, decider }: Case,
  kind: CrossStep['kind'],
  intent: IntentOf<'approval'>,
): Promise<void> {
  const { runner, nowMs } = bench;
  const { request } = kept;
  const move = (state: KeptCrossRequest['state']) =>
    moveCrossRequest(runner, request, state, nowMs);
  if (kind === 'revoke') {
    await revoke(bench, kept, intent.note);
    return move('ended');
  }
  if (intent.decision === 'refused') return move('refused');
  if (kind === 'endorse') return move('endorsed');
  const before = steps.filter((step) => step.kind === 'approve');
  const scope = intent.scope ?? asked.scope;
  if (before.length + 1 < approversNeeded(asked.scope)) return move('endorsed');
  const names = [
    ...before.map(({ name }) => name),
    `${decider.person.name} ${decider.person.badge}`,
  ];
  const statement = GrantSchema.parse({
    type: 'cross-region-grant',
    grant: request,
    office: kept.office,
    device: kept.device,
    userId: kept.userId,
    scope,
    purpose: asked.purpose,
    basis: asked.basis,
    approvers: names.map((name) => name.slice(0, 120)),
    issuedMs: nowMs,
    expiresMs: nowMs + scope.days * DAY_MS,
  });
  await addGrant(runner, {
    request,
    device: kept.device,
    statement: JSON.stringify(await bench.statements.sign(statement)),
    untilMs: statement.expiresMs,
  });
  return move('granted');
}

async function revoke(
  { runner, statements, nowMs }: Pick<Bench, 'runner' | 'statements' | 'nowMs'>,
  { request, device }: Pick<KeptCrossRequest, 'request' | 'device'>,
  reason: string,
): Promise<void> {
  const grant = await findGrant(runner, request, true);
  if (grant === undefined || grant.endedMs !== null) return;
  const end = GrantEndSchema.parse({
    type: 'cross-region-end',
    grant: request,
    device,
    reason,
    issuedMs: nowMs,
  });
  await endGrant(runner, request, JSON.stringify(await statements.sign(end)), nowMs);
}

/** What the steps so far leave of what was asked: each approver may narrow it, none widens it. */
export function scopeSoFar(
  asked: Asked,
  steps: readonly Pick<CrossStep, 'kind' | 'signed'>[],
): GrantScope {
  const last = steps.filter(({ kind }) => kind === 'approve').at(-1);
  if (last === undefined) return asked.scope;
  const { intent } = SignedIntentSchema.parse(JSON.parse(last.signed));
  return INTENTS.approval.parse(JSON.parse(intent)).scope ?? asked.scope;
}

/** Who grants says what; nobody else signs a scope. */
function isScopeRight(
  { asked, steps }: Case,
  kind: CrossStep['kind'],
  { scope, decision }: IntentOf<'approval'>,
): boolean {
  if (kind !== 'approve' || decision === 'refused') return scope === undefined;
  return scope !== undefined && isWithin(scope, scopeSoFar(asked, steps));
}
