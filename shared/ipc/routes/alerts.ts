import { z } from 'zod';
import { ALERT_RULES } from '../../domain/alerts/alert';
import { THRESHOLDS } from '../../domain/alerts/thresholds';
import { AUDIT_READERS } from '../../domain/audit/content';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const AlertSchema = z.strictObject({
  /** Names it in `alerts.acknowledge`, as long as the program runs. */
  key: z.string(),
  rule: z.enum(ALERT_RULES),
  actor: z.string(),
  /** Null: nobody of this office any more. */
  name: z.string().nullable(),
  day: z.number().int(),
  firstMs: z.number(),
  lastMs: z.number(),
  count: z.number(),
  limit: z.number(),
  usual: z.number().nullable(),
  /** About the person who asks: somebody else has to look into it. */
  isOwn: z.boolean(),
  isOpen: z.boolean(),
  acknowledged: z.strictObject({ name: z.string(), atMs: MsSchema, note: z.string() }).nullable(),
});
export type AlertView = z.infer<typeof AlertSchema>;

const AlertRulesSchema = z.strictObject({
  thresholds: z.record(z.enum(THRESHOLDS), z.number()),
  signed: z.strictObject({ number: z.number().int(), setMs: MsSchema }).nullable(),
});
export type AlertRulesView = z.infer<typeof AlertRulesSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
export const alertRoutes = {
  /** Looks through the last weeks of the log. `isCut`: only its newest entries, there are more than a walk may take. */
  'alerts.list': route({
    ...common,
    kind: 'query',
    roles: AUDIT_READERS,
    audit: 'audit-viewed',
    input: EmptySchema,
    output: z.strictObject({
      atMs: MsSchema,
      entries: z.number().int().nonnegative(),
      isCut: z.boolean(),
      /** By which thresholds, and by which policy of the centre; null: the program's own. */
      rules: AlertRulesSchema,
      alerts: z.array(AlertSchema),
    }),
  }),
  /** FORBIDDEN for an alert about oneself. `count`: what the person saw; what was added meanwhile stays open. */
  'alerts.acknowledge': route({
    ...common,
    kind: 'command',
    roles: AUDIT_READERS,
    audit: 'alert-acknowledged',
    input: z.strictObject({
      key: z.string().regex(/^[0-9a-f]{32}$/),
      count: z.number().nonnegative(),
      note: z.string().trim().min(1).max(500),
    }),
    output: EmptySchema,
  }),
};
