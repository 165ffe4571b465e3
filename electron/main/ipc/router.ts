import type { z } from 'zod';
import type { EmergencyLevel } from '../../../shared/domain/emergency/levels';
import { refusedFrom } from '../../../shared/domain/emergency/refused-routes';
import type { Role } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import {
  CONTRACT,
  isRouteName,
  type ParsedInput,
  type RouteName,
  type RouteNameBy,
  type RouteOutput,
} from '../../../shared/ipc/contract';
import type { Answer, RouteDefinition } from '../../../shared/ipc/define';
import { type CallSource, trustedWindow, type WindowKind } from '../security/sender';
import type { CommandActivity } from './command-activity';
import { type FaultLog, refusal } from './refusal';

/** Routes that main answers; the others are answered by the store over the brokered port. */
export type IpcRoute = RouteNameBy<'ipc'>;

/** One handler per IPC route: a missing or an extra one is a compile error. */
export type Handlers = {
  readonly [R in IpcRoute]: (input: ParsedInput<R>) => RouteOutput<R> | Promise<RouteOutput<R>>;
};

export interface RouterParts {
  readonly handlers: Handlers;
  /** Kind of the window that a web contents belongs to; null for one that main did not make. */
  windowOf(contentsId: number): WindowKind | null;
  /** Resolves when the program itself allows the route; throws PROGRAM_ALTERED. */
  admit(route: RouteName): Promise<void>;
  /** Role of the open session, as its signed statement says; null while locked. */
  role(): Role | null;
  /** The emergency level of the office, which refuses some routes (shared/domain/emergency). */
  level(): EmergencyLevel;
  /** Writes the audit entry of a route that its service does not write itself. */
  audit(kind: string, route: RouteName): Promise<void>;
  readonly log: FaultLog;
  /** Told of commands while they run. */
  readonly activity: CommandActivity;
  /** Tests and source checkouts also check what the handlers answer. */
  readonly isOutputChecked: boolean;
}

/**
 * Routes whose service writes the audit entry in the same transaction as the act (or before it),
 * so that the router must not write a second one.
 */
export const AUDITED_BY_SERVICE: ReadonlySet<RouteName> = new Set<RouteName>([
  'unlock.open',
  'alerts.list',
  'alerts.acknowledge',
  'audit.entries',
  'audit.verify',
  'audit.export',
  'unlock.lock',
  'emergency.set-level',
  'unlock.enrol',
  'tokens.attach',
  'tokens.detach',
  'recovery.refetch',
  'recovery.mend',
  'recovery.renew',
  'recovery.export',
  'records.reveal',
  'records.pdf',
  'followups.pdf',
  'followups.save',
  'history.clear',
  'rotation.start',
  'rotation.request',
  'exports.start',
  'exports.answer-code',
  'exports.resume',
  'signing.confirm',
  'agreement.sign',
  'acts.open',
  'acts.request',
  'acts.decide',
  'cross-region.ask',
  'cross-region.decide',
  'cross-region.fetch',
  'cross-region.drop',
  'cross-region.search',
  'cross-region.record',
  'cross-region.reveal',
  'imports.sign',
  'site.save',
  'statistics.release',
  'statistics.save',
  'batch.again',
  'batch.save',
  'backup.start',
  'backup.verify',
  'former.export',
  'former.remove',
  'self-check.start',
  'restore.start',
  'outbox.resend',
  'outbox.dismiss',
  'outbox.export',
  'bundle.export',
  'device.renew-lease',
  'device.wipe',
  'unlock.recover',
  'people.add',
  'people.remove',
  'people.release',
  'people.change-password',
  'people.make-recovery',
  'people.hand-out',
  'handout.print',
  'handout.confirm',
]);

/**
 * Routes of which something is outside, on paper, before they answer: their entry is written before the act, which a lock
 * may follow, and says that it was begun.
 */
const AUDITED_FIRST: ReadonlySet<RouteName> = new Set<RouteName>(['boards.print']);

/** Answers one call of a page. Never rejects: every refusal and failure is a coded answer. */
export type Route = (source: CallSource, name: unknown, input: unknown) => Promise<Answer<unknown>>;

/**
 * The only way from a page into main. Gates, in this order: sender (top frame of a known window of
 * our origin), route known and answered here, window, the program's own files, session, role, emergency level, schema; then the handler.
 */
export function createRouter(parts: RouterParts): Route {
  async function pass(source: CallSource, name: unknown, input: unknown): Promise<unknown> {
    const window = trustedWindow(source, parts.windowOf);
    if (window === null) throw new AppError('FORBIDDEN', {}, 'sender');
    if (typeof name !== 'string' || !isRouteName(name)) {
      throw new AppError('INPUT_INVALID', { field: 'route' });
    }
    const route: RouteDefinition = CONTRACT[name];
    if (!isAnsweredHere(name)) throw new AppError('FORBIDDEN', {}, `${name} by ipc`);
    if (route.window !== window) throw new AppError('FORBIDDEN', {}, `${name} from ${window}`);
    await parts.admit(name);
    const role = parts.role();
    if (route.needs === 'unlocked' && role === null) throw new AppError('LOCKED');
    if (!isAllowed(route, role)) throw new AppError('FORBIDDEN', {}, `${name} as ${role}`);
    const level = parts.level();
    const from = refusedFrom(name);
    if (from > 0 && level >= from) throw new AppError('EMERGENCY_LEVEL', { level });
    const parsed = parse(route.input, input);
    // The mapped type guarantees the pairing; indexing by a union loses it.
    const handler = parts.handlers[name] as (input: unknown) => unknown;
    const kind = AUDITED_BY_SERVICE.has(name) ? null : route.audit;
    const isFirst = AUDITED_FIRST.has(name);
    if (kind !== null && isFirst) await parts.audit(kind, name);
    const run = () => handler(parsed);
    const output = await (route.kind === 'command' ? parts.activity.during(run) : run());
    if (kind !== null && !isFirst) await parts.audit(kind, name);
    return parts.isOutputChecked ? route.output.parse(output) : output;
  }

  return async (source, name, input) => {
    try {
      return { ok: true, data: await pass(source, name, input) };
    } catch (error) {
      return refusal(error, typeof name === 'string' ? name.slice(0, 64) : 'no name', parts.log);
    }
  };
}

function isAnsweredHere(name: RouteName): name is IpcRoute {
  return CONTRACT[name].transport === 'ipc';
}

/** Whether the role may call the route; a route for everybody needs no role. */
export function isAllowed(route: RouteDefinition, role: Role | null): boolean {
  if (route.roles === 'any') return true;
  return role !== null && route.roles.includes(role);
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join('.') ?? '';
  throw new AppError('INPUT_INVALID', { field: field.slice(0, 80) });
}
