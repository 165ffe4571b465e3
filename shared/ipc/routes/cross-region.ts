import { z } from 'zod';
import { GRANT_FIELDS } from '../../domain/cross-region/scope';
import {
  GrantScopeSchema,
  REQUEST_STATES,
  RequestIdSchema,
  StepSchema,
} from '../../protocol/cross-region';
import { EmptySchema, FilterSchema, MsSchema } from '../common';
import { route } from '../define';
import { recordRoutes } from './records';
import { searchRoutes } from './search';

/** A scope as a page sees it: of persons only how many. */
const ShownScopeSchema = z.strictObject({
  regions: z.array(z.string()).max(20),
  kinds: z.array(z.number().int()).max(8),
  people: z.number().int().nonnegative(),
  days: z.number().int(),
  fields: z.array(z.enum(GRANT_FIELDS)),
  mayExport: z.boolean(),
});
export type ShownScope = z.infer<typeof ShownScopeSchema>;

const RequestSchema = z.strictObject({
  request: RequestIdSchema,
  isOwn: z.boolean(),
  state: z.enum(REQUEST_STATES),
  /** What the person at the desk said of it and the centre has not heard: all of it, or the decision on it. */
  waiting: z.enum(['request', 'decision']).nullable(),
  /** The centre has it not among the requests: refused, or put aside for somebody there; `outbox.reason-…`. */
  notTaken: z
    .strictObject({ verdict: z.enum(['rejected', 'needs-review']), reason: z.string().nullable() })
    .nullable(),
  /** What the person at the desk has to do. */
  todo: z.enum(['endorse', 'approve']).nullable(),
  /** The person at the desk may take back what was granted. */
  mayRevoke: z.boolean(),
  office: z.string(),
  name: z.string(),
  badge: z.string(),
  askedMs: MsSchema,
  purpose: z.string(),
  basis: z.string(),
  asked: ShownScopeSchema,
  /** What the steps so far leave of it. */
  scope: ShownScopeSchema,
  steps: z.array(StepSchema).max(10),
  needed: z.number().int(),
  reach: z.number().int().nullable(),
  before: z
    .strictObject({ asked: z.number().int(), granted: z.number().int(), refused: z.number().int() })
    .nullable(),
  /** End of the grant to this device. */
  untilMs: MsSchema.nullable(),
  /** Its rows are on this device. */
  isHere: z.boolean(),
  /** When the centre signed the rows that are here; null: none are, or nobody knows. */
  asOfMs: MsSchema.nullable(),
  /** The rows that are here are older than the rules allow. */
  isOld: z.boolean(),
});
export type CrossRegionRequest = z.infer<typeof RequestSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
const readers = ['inspector', 'head', 'approver'] as const;
const RequestInput = z.strictObject({ request: RequestIdSchema });
export const crossRegionRoutes = {
  /** Requests of the office, and those that it has to decide, as the centre said last. */
  'cross-region.list': route({
    ...common,
    roles: readers,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      requests: z.array(RequestSchema).max(2_000),
      loading: z
        .strictObject({ request: RequestIdSchema, done: z.number(), total: z.number() })
        .nullable(),
    }),
  }),
  /** Asks to see other regions; goes to the centre with the next contact. */
  'cross-region.ask': route({
    ...common,
    roles: ['inspector', 'head'],
    kind: 'command',
    audit: 'cross-region-asked',
    input: z.strictObject({
      purpose: z.string().trim().min(1).max(500),
      basis: z.string().trim().min(1).max(200),
      scope: GrantScopeSchema,
    }),
    output: RequestInput,
  }),
  /** Opens the signing window on a decision. CANCELLED where the person does not sign. */
  'cross-region.decide': route({
    ...common,
    roles: ['head', 'approver'],
    kind: 'command',
    audit: 'cross-region-decided',
    input: RequestInput.extend({
      decision: z.enum(['approved', 'refused']),
      note: z.string().trim().max(500),
      /** What an approver leaves of it; the persons stay as they are. */
      narrowed: GrantScopeSchema.omit({ people: true }).partial(),
    }),
    output: EmptySchema,
  }),
  /** Brings the rows of a grant to this device; answers when they are here. */
  'cross-region.fetch': route({
    ...common,
    roles: readers,
    kind: 'command',
    audit: 'cross-region-loaded',
    input: RequestInput,
    output: EmptySchema,
  }),
  'cross-region.cancel': route({
    ...common,
    roles: readers,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Destroys the rows of a grant on this device. */
  'cross-region.drop': route({
    ...common,
    roles: readers,
    kind: 'command',
    audit: 'cross-region-destroyed',
    input: RequestInput,
    output: EmptySchema,
  }),
  /** As `search.query`, in the rows of a grant. */
  'cross-region.search': route({
    ...common,
    roles: readers,
    kind: 'query',
    audit: 'cross-region-query',
    input: RequestInput.extend({
      text: z.string().max(64),
      /** Absent: everything that was granted. */
      filter: FilterSchema.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(100),
    }),
    output: searchRoutes['search.query'].output,
  }),
  /** As `records.reveal`, of a granted row: what the grant names, null otherwise. */
  'cross-region.reveal': route({
    ...common,
    roles: readers,
    kind: 'command',
    audit: 'cross-region-reveal',
    input: RequestInput.extend(recordRoutes['records.reveal'].input.shape),
    output: z.strictObject({
      name: z.string(),
      idNumber: z.string().nullable(),
      number: z.string().nullable(),
      phone: z.string().nullable(),
      showMs: MsSchema,
    }),
  }),
  /** As `records.certificate`, in the rows of a grant. */
  'cross-region.record': route({
    ...common,
    roles: readers,
    kind: 'query',
    audit: 'cross-region-view',
    input: RequestInput.extend({ id: z.number().int().positive() }),
    output: recordRoutes['records.certificate'].output,
  }),
};
