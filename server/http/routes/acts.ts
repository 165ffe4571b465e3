import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  ACT_BODY_BYTES,
  ACT_PATHS,
  ActChallengeSchema,
  ActDraftAskSchema,
  ActDraftedSchema,
  type ActFault,
  ActListSchema,
  ActOpenedSchema,
  ActOpenSchema,
  ActSessionSchema,
  ActSignedSchema,
  ActSignSchema,
} from '../../../shared/protocol/acts/wire';
import { readDraft } from '../../../shared/protocol/admin-acts';
import { ActRefused } from '../../control/act-refused';
import { ActSessions } from '../../control/act-sessions';
import { actIntent } from '../../control/act-signers';
import { ActUnderWay } from '../../control/told-again';
import type { Device } from '../../store/devices';
import { callerOf } from '../device-gate';
import { Refusal } from '../refusal';
import type { ServedParts } from '../served-parts';

const LISTED_BYTES = 12 * 1024 * 1024;

/** POST what administrators ask, countersign and refuse at a desk. The device's certificate opens the paths, a person's key the acts. */
export function actRoutes(server: FastifyInstance, parts: ServedParts): void {
  const sessions = new ActSessions(parts.client, parts.nowMs);

  /** Within a session of this device; `session` where there is none, and what the desk does not take as its fault. */
  const within = async <T>(
    device: Device,
    session: string,
    work: () => Promise<T>,
  ): Promise<T | { readonly fault: ActFault }> => {
    const admin = await sessions.personOf(parts.acts(), session, device.id);
    return admin === null ? { fault: 'session' } : faulted(work);
  };
  const asked = async <T>(request: FastifyRequest, schema: z.ZodType<T>) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const body = schema.safeParse(request.body);
    if (!body.success) throw new Refusal('bad-request', 'not of this interface');
    return { device, body: body.data };
  };
  const how = { bodyLimit: ACT_BODY_BYTES };

  server.post(ACT_PATHS.challenge, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    return ActChallengeSchema.parse({ challenge: await sessions.challenge(device.id) });
  });
  server.post(ACT_PATHS.open, how, async (request) => {
    const { device, body } = await asked(request, ActOpenSchema);
    const answer = await faulted(async () => {
      const { admin, ...opened } = await sessions.open(parts.acts(), device, body.signed);
      parts.log(`administrator ${admin.person} at device ${device.id}`);
      return { ...opened, person: admin.person, name: admin.name };
    });
    return ActOpenedSchema.parse(answer);
  });
  server.post(ACT_PATHS.list, async (request) => {
    const { device, body } = await asked(request, ActSessionSchema);
    return ActListSchema.parse(await within(device, body.session, () => listed(parts)));
  });
  server.post(ACT_PATHS.draft, how, async (request) => {
    const { device, body } = await asked(request, ActDraftAskSchema);
    const draft = async () => ({ text: parts.acts().draft(body.act) });
    return ActDraftedSchema.parse(await within(device, body.session, draft));
  });
  server.post(ACT_PATHS.sign, how, async (request) => {
    const { device, body } = await asked(request, ActSignSchema);
    const answer = await within(device, body.session, () => signed(parts, device, body));
    return ActSignedSchema.parse(answer);
  });
}

/** Those that wait all come first; what would not fit any more is left out, the oldest first. */
async function listed({ acts }: ServedParts) {
  const admins = await acts().admins();
  const nameOf = (person: string) => admins.find((one) => one.person === person)?.name ?? person;
  let bytes = 0;
  const all = (await acts().list()).map(
    ({ id, text, requestedBy, requestedMs, countersignedBy, state, outcome }) => ({
      ...{ id, text, requestedBy, requestedMs, state, outcome },
      requestedName: nameOf(requestedBy),
      endedBy: countersignedBy,
    }),
  );
  const shown = all.filter(({ text }) => {
    bytes += Buffer.byteLength(text);
    return bytes <= LISTED_BYTES;
  });
  return { acts: shown, admins: admins.map(({ person, name }) => ({ person, name })) };
}

/** A part that the desk's signing window showed: an intent, never a text by itself, and of this device. */
async function signed(
  { acts, log }: ServedParts,
  device: Device,
  { part, text, signed: by }: z.infer<typeof ActSignSchema>,
) {
  const intent = actIntent(by.intent);
  const id = readDraft(text)?.id;
  if (intent === null || id === undefined || intent.device !== device.id)
    throw new ActRefused('signature', 'not an intent of this device');
  const whose = {
    certificate: Uint8Array.from(Buffer.from(by.certificates[0] ?? '', 'base64')),
    signature: Uint8Array.from(Buffer.from(by.sig, 'base64')),
    intent: by.intent,
  };
  if (part === 'request') {
    await acts().request(text, whose);
    log(`act ${id} asked for at device ${device.id}`);
    return { state: 'open', outcome: null, told: null };
  }
  const ended =
    part === 'refuse' ? await acts().refuse(id, whose) : await acts().countersign(id, whose);
  log(`act ${id} ${ended.state} at device ${device.id}`);
  const told = 'told' in ended ? (ended.told ?? null) : null;
  return { state: ended.state, outcome: ended.outcome, told };
}

async function faulted<T>(work: () => Promise<T>): Promise<T | { readonly fault: ActFault }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActRefused) return { fault: error.fault };
    if (error instanceof ActUnderWay) throw new Refusal('busy', error.message, 2_000);
    throw error;
  }
}
