import type { AdminAct } from '../../shared/protocol/admin-acts';
import type { EnrolOptions, MutateOptions } from '../central-options';
import type { Slip } from '../enrol/enrolments';
import type { CodeKeysHow } from '../national/code-key-desk';
import type { OfficeChange } from '../store/offices';
import type { KeyChange, RetireHow } from '../sync/key-desk';
import type { IssuedTicket, TicketOrder } from '../tickets/issue';
import type { DecisionOrder } from '../tickets/requests';
import type { DirectiveOrder } from './directives';
import type { LevelWish } from './level-desk';
import type { MarkWish } from './mark-desk';
import type { ReviewWish } from './review-desk';
import type { Agreed } from './two-persons-rule';

/** What an act came to: `kept` stays in the record, `told` is for those who are there, and may hold a secret. */
export interface Performed {
  readonly kept: string;
  readonly told?: string;
}

/** What of the centre acts are done by; each takes what stands for two signatures. */
interface Performers {
  createEnrolment(options: EnrolOptions, agreed: Agreed): Promise<Slip>;
  changeOffice(code: string, change: OfficeChange, agreed: Agreed): Promise<void>;
  endPerson(office: string, badge: string, agreed: Agreed): Promise<void>;
  revokeDevice(id: string, agreed: Agreed): Promise<boolean>;
  directive(order: DirectiveOrder, agreed: Agreed): Promise<{ readonly seq: number }>;
  devicesOf(office: string): Promise<readonly string[]>;
  readonly exports: {
    setPolicy(office: string, value: unknown, agreed: Agreed): Promise<unknown>;
    issue(order: TicketOrder, agreed: Agreed): Promise<readonly IssuedTicket[]>;
    decide(order: DecisionOrder, agreed: Agreed): Promise<void>;
    revoke(id: string, agreed: Agreed): Promise<void>;
    setPhone(office: string, badge: string, phone: string, agreed: Agreed): Promise<void>;
  };
  readonly regionKeys: {
    rotate(
      region: string,
      change: KeyChange,
      agreed: Agreed,
    ): Promise<{ readonly keyEpoch: number }>;
    retire(
      region: string,
      change: KeyChange,
      how: RetireHow,
      agreed: Agreed,
    ): Promise<{ readonly destroyed: readonly number[] }>;
  };
  readonly statistics: {
    setBudget(
      office: string,
      budget: { readonly budgetMilli: number; readonly shareMilli: number },
      agreed: Agreed,
    ): Promise<unknown>;
    give(office: string, device: string, milli: number, agreed: Agreed): Promise<unknown>;
  };
  readonly review: { decide(wish: ReviewWish, agreed: Agreed): Promise<unknown> };
  mutate(options: MutateOptions, agreed: Agreed): Promise<void>;
  readonly alertPolicy: { set(office: string, value: unknown, agreed: Agreed): Promise<unknown> };
  readonly levels: { set(office: string, wish: LevelWish, agreed: Agreed): Promise<number> };
  readonly imports: { replaceKey(office: string, badge: string, agreed: Agreed): Promise<void> };
  readonly trust: {
    add(der: Uint8Array, agreed: Agreed): Promise<string>;
    remove(sha256: string, agreed: Agreed): Promise<void>;
  };
  leaseFile(device: string, agreed: Agreed): Promise<{ readonly text: string }>;
  readonly codeKeys: {
    add(file: string, how: CodeKeysHow, agreed: Agreed): Promise<void>;
    remove(key: string, agreed: Agreed): Promise<void>;
  };
  readonly endpointsAgreed: { add(endpoints: readonly string[], agreed: Agreed): Promise<void> };
  readonly marks: {
    mark(
      office: string,
      wish: MarkWish,
      reason: string,
      agreed: Agreed,
    ): Promise<{ readonly certificates: number }>;
    lift(id: string, reason: string, agreed: Agreed): Promise<void>;
  };
}

type Done = Exclude<AdminAct, { readonly kind: 'admin-add' | 'admin-remove' | 'admin-renew' }>;

/** Does an act that two persons signed. Throws what the act itself runs into. */
export async function performAct(to: Performers, act: Done, agreed: Agreed): Promise<Performed> {
  switch (act.kind) {
    case 'enrol': {
      const { kind: _kind, hours, ...options } = act;
      const validMs = hours === undefined ? {} : { validMs: hours * 3_600_000 };
      const { code } = await to.createEnrolment({ ...defined(options), ...validMs }, agreed);
      return { kept: `a code for ${act.name} was made`, told: `code ${code}` };
    }
    case 'office-change': {
      const { kind: _kind, office, ...change } = act;
      await to.changeOffice(office, defined(change), agreed);
      const { users = [], ...rest } = defined(change);
      const what = [
        ...Object.entries(rest).map(([field, value]) => `${field} ${value}`),
        ...users.map(({ badge, name, role }) => `${badge} ${name} is ${role}`),
      ];
      return { kept: `office ${office} is changed: ${what.join(', ')}` };
    }
    case 'revoke-device':
      if (!(await to.revokeDevice(act.device, agreed)))
        throw new RangeError(`no device ${act.device}`);
      return { kept: `device ${act.device} is refused from now on` };
    case 'directive':
      return order(to, act, agreed);
    case 'export-policy':
      await to.exports.setPolicy(act.office, act.policy, agreed);
      return { kept: `the export policy of office ${act.office} is set` };
    case 'alert-policy':
      await to.alertPolicy.set(act.office, act.thresholds, agreed);
      return { kept: `the policy of alerts of office ${act.office} is set` };
    case 'emergency-level': {
      const { kind: _kind, office, endpoints, isDrill = false, ...rest } = act;
      const wish = { ...rest, isDrill, ...(endpoints === undefined ? {} : { endpoints }) };
      const told = await to.levels.set(office, wish, agreed);
      const what = isDrill ? 'a drill of level' : 'emergency level';
      return { kept: `${what} ${act.level} ordered from ${counted(told)} of office ${office}` };
    }
    case 'mark': {
      const { certificates, group } = act;
      if ((certificates === undefined) === (group === undefined))
        throw new RangeError('certificates or a group');
      const wish: MarkWish = group ?? { certificates: certificates ?? [] };
      const marked = await to.marks.mark(act.office, wish, act.reason, agreed);
      return { kept: `${marked.certificates} certificates of office ${act.office} are marked` };
    }
    case 'lift-mark':
      await to.marks.lift(act.mark, act.reason, agreed);
      return { kept: `mark ${act.mark} is lifted` };
    case 'person-end':
      await to.endPerson(act.office, act.badge, agreed);
      return { kept: `${act.badge} is of office ${act.office} no more` };
    case 'key-replaced':
      await to.imports.replaceKey(act.office, act.badge, agreed);
      return { kept: `the next certificate that ${act.badge} signs with is recorded` };
    case 'trust-add': {
      const der = new Uint8Array(Buffer.from(act.certificate, 'base64'));
      return { kept: `root ${await to.trust.add(der, agreed)} counts from the next start on` };
    }
    case 'lease-file': {
      const { text } = await to.leaseFile(act.device, agreed);
      return { kept: `a lease file for device ${act.device} was made`, told: text };
    }
    case 'code-keys-add': {
      const { file, name, from, until } = act;
      await to.codeKeys.add(file, { name, from, until }, agreed);
      return { kept: `codes under the keys of ${name} count with the next publication` };
    }
    case 'code-key-remove':
      await to.codeKeys.remove(act.key, agreed);
      return { kept: `key ${act.key} is taken away` };
    case 'tickets': {
      const { kind: _kind, ...order } = act;
      const issued = await to.exports.issue(defined(order), agreed);
      return {
        kept: `${issued.length} tickets for ${act.badge} on device ${act.device}`,
        told: issued.map(({ id, code }) => `${id}  ${code}`).join('\n'),
      };
    }
    case 'phone':
      await to.exports.setPhone(act.office, act.badge, act.phone, agreed);
      return { kept: `codes for ${act.badge} of office ${act.office} go to another phone` };
    case 'region-keys-rotate': {
      const change = { by: `act ${agreed.act}`, reason: act.reason };
      const { keyEpoch } = await to.regionKeys.rotate(act.region, change, agreed);
      return { kept: `keys ${keyEpoch} of region ${act.region} are in use` };
    }
    case 'region-keys-retire': {
      const { region, reason, isNow = false, isDespiteLost = false } = act;
      const change = { by: `act ${agreed.act}`, reason };
      const how = { isNow, isDespiteLost };
      const { destroyed } = await to.regionKeys.retire(region, change, how, agreed);
      const which = destroyed.length === 0 ? 'no former keys' : `keys ${destroyed.join(', ')}`;
      return { kept: `${which} of region ${region} destroyed` };
    }
    case 'statistics-budget': {
      const { office, budgetMilli, shareMilli } = act;
      await to.statistics.setBudget(office, { budgetMilli, shareMilli }, agreed);
      return { kept: `the budget of office ${office} is ${budgetMilli} thousandths a year` };
    }
    case 'statistics-give':
      await to.statistics.give(act.office, act.device, act.milli, agreed);
      return { kept: `device ${act.device} has ${act.milli} thousandths more` };
    case 'review-decide': {
      const { kind: _kind, number: dseq, ...wish } = act;
      await to.review.decide({ ...wish, dseq }, agreed);
      return { kept: `number ${dseq} of device ${act.device} is ${act.verdict}` };
    }
    case 'export-decide': {
      const { kind: _kind, ...order } = act;
      await to.exports.decide(defined(order), agreed);
      return { kept: `export ${act.request} is ${act.decision} for ${act.by}` };
    }
    case 'ticket-revoke':
      await to.exports.revoke(act.ticket, agreed);
      return { kept: `ticket ${act.ticket} is withdrawn` };
    case 'certificate-revoke': {
      const { region, certificate: revoke, reason } = act;
      await to.mutate({ region, revoke, reason }, agreed);
      return { kept: `certificate ${revoke} of region ${region} is revoked` };
    }
    case 'bundle-endpoints':
      await to.endpointsAgreed.add(act.endpoints, agreed);
      return { kept: `bundles may bring ${act.endpoints.join(', ')}` };
    case 'trust-remove':
      await to.trust.remove(act.sha256, agreed);
      return { kept: `root ${act.sha256} is taken away` };
  }
}

const counted = (count: number): string =>
  count === 0 ? 'no device' : count === 1 ? '1 device' : `${count} devices`;

/** To one device, or to each of an office: those that cannot be ordered are told. */
async function order(
  to: Performers,
  act: Extract<Done, { readonly kind: 'directive' }>,
  agreed: Agreed,
): Promise<Performed> {
  const { device, office, order: kind, reason, hours, endpoints } = act;
  const what = {
    ...{ kind, reason },
    ...(hours === undefined ? {} : { hours }),
    ...(endpoints === undefined ? {} : { endpoints }),
  };
  const devices = device === undefined ? await to.devicesOf(office ?? '') : [device];
  if (devices.length === 0) throw new RangeError(`no device of office ${office}`);
  const failed: string[] = [];
  for (const one of devices)
    await to.directive({ device: one, ...what }, agreed).catch((error: unknown) => {
      if (!(error instanceof RangeError) || device !== undefined) throw error;
      failed.push(one);
    });
  const missed = failed.length === 0 ? '' : `; not to ${failed.join(', ')}`;
  const told = devices.length - failed.length;
  // An order that reached nobody is none, whatever the office is.
  if (told === 0) throw new RangeError(`no device of office ${office} could be ordered${missed}`);
  return { kept: `${kind} ordered from ${counted(told)}${missed}` };
}

/** Without the fields that are absent. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
