import { z } from 'zod';
import { AGREEMENT_GATES } from '../../domain/policy/export-policy';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const common = { window: 'main', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;
const locale = z.enum(['zh-CN', 'en', 'ug']);

export const agreementRoutes = {
  /** The user agreement in force, and whether the person at the desk has signed it. */
  'agreement.state': route({
    ...common,
    kind: 'query',
    audit: null,
    input: z.strictObject({ locale }),
    output: z.strictObject({
      version: z.string(),
      title: z.string(),
      sections: z.array(z.strictObject({ heading: z.string(), text: z.string() })).max(30),
      signed: z.strictObject({ atMs: MsSchema, by: z.string() }).nullable(),
      /** The centre refused the last signature under this version: its word (`outbox.reason-…`), and when. Then none counts. */
      refused: z.strictObject({ reason: z.string().nullable(), atMs: MsSchema }).nullable(),
      /** What the policy refuses until it is signed. */
      before: z.array(z.enum(AGREEMENT_GATES)).max(AGREEMENT_GATES.length),
      /** False for a person whose role reports nothing to the centre. */
      maySign: z.boolean(),
    }),
  }),
  /** Opens the signing window on it; answers when the person has signed. CANCELLED where not. */
  'agreement.sign': route({
    ...common,
    kind: 'command',
    audit: 'agreement-signed',
    input: z.strictObject({ locale }),
    output: EmptySchema,
  }),
};
