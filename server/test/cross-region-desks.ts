import { randomBytes } from 'node:crypto';
import type { GrantScope } from '../../shared/domain/cross-region/scope';
import { ulid } from '../../shared/kernel/ids';
import {
  type Asked,
  AskedSchema,
  CROSS_REGION_PATH,
  type Standing,
  StandingsSchema,
  standingsContext,
} from '../../shared/protocol/cross-region';
import type { IntentOf, SignedIntent } from '../../shared/protocol/intents';
import { openBox } from '../../shared/protocol/sealed-box';
import type { Central } from '../central';
import { boxSubtle } from '../keys/key-provider';
import { enrolTestDevice, type TestDevice } from './device';
import { intentSigner, renewedSigner } from './intent-signer';
import { hexHash } from './replica';
import { type Tell, teller } from './teller';

/** A person with a key of his own. */
const person = (office: string, badge: string) => ({
  userId: `${office}-${badge}`,
  badge,
  sign: intentSigner(`${office} ${badge}`, 800),
});
export const ASKER = person('330600', '1');
export const HEAD = person('330600', '2');
const [sign, renewed] = renewedSigner('330000 7');
export const FIRST = { userId: '330000-7', badge: '7', sign };
export const SECOND = person('330000', '8');
/** With the key of the first, under another certificate. */
export const THIRD = { userId: '330000-6', badge: '6', sign: renewed };
export const STRANGER = person('330400', '9');
export type Person = typeof ASKER;

export interface Desk {
  readonly device: TestDevice;
  readonly tell: Tell;
  readonly outbox: ReturnType<typeof teller>;
  readonly office: string;
}

export const SCOPE: GrantScope = {
  regions: ['3302'],
  kinds: [],
  people: [],
  days: 30,
  fields: ['history'],
  mayExport: false,
};

/** What the centre seals to a desk; the status where it has nothing. */
export const box = async (desk: Desk, path: string, context: string): Promise<Buffer | number> => {
  const answer = await desk.device.get(path);
  if (answer.status !== 200) return answer.status;
  const { box: sealed } = JSON.parse(answer.body.toString('utf8')) as { box: string };
  const opened = await openBox(
    boxSubtle,
    new Uint8Array(desk.device.boxKey.export({ type: 'pkcs8', format: 'der' })),
    Buffer.from(sealed, 'base64'),
    context,
  );
  if (!opened.ok) throw new Error(opened.error);
  return Buffer.from(opened.value);
};

/** How requests stand, as a desk is told. */
export async function standings(
  desk: Desk,
): Promise<readonly (Standing & { readonly is: Asked })[]> {
  const value = await box(desk, CROSS_REGION_PATH, standingsContext(desk.device.answer.deviceId));
  return StandingsSchema.parse(JSON.parse(String(value))).requests.map((one) => ({
    ...one,
    is: AskedSchema.parse(JSON.parse(one.asked)),
  }));
}

export async function standing(desk: Desk, request: string) {
  return (await standings(desk)).find(({ is }) => is.request === request);
}

interface More {
  readonly scope?: GrantScope;
  readonly edit?: (intent: IntentOf<'approval'>) => IntentOf<'approval'>;
  readonly sign?: Person['sign'];
}

export type CrossRegionDesks = Awaited<ReturnType<typeof crossRegionDesks>>;

/** Desks of an asking office and of authorities above it, and what their people do; regions 3306, 3302 and 3304 are there. */
export async function crossRegionDesks(central: Central, nowMs: () => number) {
  const desk = async (
    region: string,
    code: string,
    users: readonly [Person, 'inspector' | 'head' | 'approver'][],
    jurisdiction?: string,
  ): Promise<Desk> => {
    const slip = await central.createEnrolment({
      name: `局 ${code}`,
      code,
      region,
      ...(jurisdiction === undefined ? {} : { jurisdiction }),
      users: users.map(([{ badge }, role]) => ({ badge, name: `人 ${badge}`, role })),
    });
    const device = await enrolTestDevice(central.url, slip.code);
    const outbox = teller(device);
    return { device, office: code, tell: outbox.tell, outbox };
  };
  const own = () =>
    desk('3306', '330600', [
      [ASKER, 'inspector'],
      [HEAD, 'head'],
    ]);
  const above = () =>
    desk(
      '3304',
      '330000',
      [
        [FIRST, 'approver'],
        [SECOND, 'approver'],
        [THIRD, 'approver'],
      ],
      '33',
    );
  const asking = await own();
  const superior = await above();

  const ask = async (change: Partial<GrantScope> = {}, who = ASKER): Promise<string> => {
    const request = ulid(nowMs(), randomBytes(10));
    const wish = {
      purpose: '联合执法检查',
      basis: '浙应急〔2026〕12号',
      scope: { ...SCOPE, ...change },
    };
    const said = await asking.tell('cross-region-request', { request, ...wish }, who.userId);
    return said === 'applied' ? request : said;
  };
  /** A decision as the person signs it now. */
  const decided = async (
    at: Desk,
    who: Person,
    request: string,
    decision: 'approved' | 'refused',
    more: More = {},
  ) => {
    const asked = (await standing(asking, request))?.asked ?? '';
    const plain: IntentOf<'approval'> = {
      type: 'approval-intent',
      office: at.office,
      device: at.device.answer.deviceId,
      userId: who.userId,
      badge: who.badge,
      name: '人',
      atMs: nowMs(),
      request,
      requestSha256: hexHash(Buffer.from(asked, 'utf8')),
      subject: '跨区域查询',
      decision,
      note: '',
      ...(more.scope === undefined ? {} : { scope: more.scope as IntentOf<'approval'>['scope'] }),
    };
    const signed: SignedIntent = (more.sign ?? who.sign)(more.edit?.(plain) ?? plain);
    return { request, decision, note: '', signed };
  };
  const decide = async (
    at: Desk,
    who: Person,
    request: string,
    decision: 'approved' | 'refused',
    more: More = {},
  ): Promise<string> =>
    at.tell('approval', await decided(at, who, request, decision, more), who.userId);
  /** Asked, endorsed and approved by one. */
  const granted = async (change: Partial<GrantScope> = {}): Promise<string> => {
    const request = await ask(change);
    const scope = { ...SCOPE, ...change };
    const steps = [
      await decide(asking, HEAD, request, 'approved'),
      await decide(superior, FIRST, request, 'approved', { scope }),
    ];
    if (steps.some((said) => said !== 'applied')) throw new Error(steps.join());
    return request;
  };
  return {
    asking,
    superior,
    /** Another desk of the same authority, with the same people. */
    besides: await above(),
    /** An approver whose authority is another prefecture's. */
    elsewhere: await desk('3304', '330400', [[STRANGER, 'approver']], '3304'),
    /** One more desk of the asking office. */
    own,
    ask,
    decided,
    decide,
    granted,
  };
}
