import type {
  CHANNEL_COPY,
  CHANNEL_EVENT,
  CHANNEL_INVOKE,
  CHANNEL_PORT,
  CHANNEL_SECRET,
} from '../../shared/ipc/channels';
import type { RouteName, RouteNameBy } from '../../shared/ipc/contract';
import type { DeskEventName } from '../../shared/ipc/events';

/*
 * The contract's names, written out: importing them would bundle every schema into a preload, where
 * nothing is parsed. The types hold each list to the contract, both ways.
 */
export const INVOKE: typeof CHANNEL_INVOKE = 'fieldcert:invoke';
export const SECRET: typeof CHANNEL_SECRET = 'fieldcert:secret-key';
export const COPY: typeof CHANNEL_COPY = 'fieldcert:copy';
export const EVENT: typeof CHANNEL_EVENT = 'fieldcert:event';
export const PORT: typeof CHANNEL_PORT = 'fieldcert:port';

type Complete<All, Listed> = [Exclude<All, Listed>] extends [never] ? true : never;

const portRoutes = [
  'search.suggest',
  'search.query',
  'records.certificate',
  'records.company',
  'records.person',
  'boards.query',
  'boards.staff',
  'boards.staff-list',
  'boards.exam-list',
  'boards.making',
  'boards.stop',
  'boards.trend',
  'boards.forecast',
  'boards.lapse-list',
] as const satisfies readonly RouteNameBy<'port'>[];
const hasAllPortRoutes: Complete<RouteNameBy<'port'>, (typeof portRoutes)[number]> = true;

const signingRoutes = [
  'signing.request',
  'signing.certificates',
  'signing.confirm',
  'signing.cancel',
] as const satisfies readonly RouteName[];
const hasAllSigningRoutes: Complete<
  Extract<RouteName, `signing.${string}`>,
  (typeof signingRoutes)[number]
> = true;

const handoutRoutes = [
  'handout.shown',
  'handout.print',
  'handout.confirm',
  'handout.close',
] as const satisfies readonly RouteName[];
const hasAllHandoutRoutes: Complete<
  Extract<RouteName, `handout.${string}`>,
  (typeof handoutRoutes)[number]
> = true;

const events = [
  'app.state-changed',
  'sync.progressed',
  'sync.changed',
  'bundle.checked',
  'batch.progressed',
  'cross-region.changed',
  'audit.progressed',
  'retention.changed',
  'rotation.changed',
  'exports.progressed',
  'exports.verifying',
  'backup.progressed',
  'backup.changed',
  'self-check.progressed',
  'self-check.changed',
  'deep-check.changed',
  'update.changed',
  'signing.tokens-changed',
  'practice.progressed',
  'unlock.upgrading',
  'practice.sms',
  'people.changed',
  'attachments.changed',
  'app.touched',
  'copy.refused',
] as const satisfies readonly DeskEventName[];
const hasAllEvents: Complete<DeskEventName, (typeof events)[number]> = true;

/**
 * The lists above are whole (the compiler demands it; the value only keeps the check alive).
 * @public
 */
export const isComplete: true =
  hasAllPortRoutes && hasAllSigningRoutes && hasAllHandoutRoutes && hasAllEvents;
export const PORT_ROUTES: ReadonlySet<string> = new Set(portRoutes);
export const SIGNING_ROUTES: ReadonlySet<string> = new Set(signingRoutes);
export const HANDOUT_ROUTES: ReadonlySet<string> = new Set(handoutRoutes);
export const EVENTS: ReadonlySet<string> = new Set(events);
/** Events that concern the signing window. */
export const SIGNING_EVENTS: ReadonlySet<string> = new Set([
  'signing.tokens-changed',
  'exports.progressed',
] as const satisfies readonly DeskEventName[]);
/** Answer to a route that this window does not have; main would say the same. */
export const NOT_HERE = { ok: false, error: { code: 'FORBIDDEN', params: {}, ref: '' } } as const;
