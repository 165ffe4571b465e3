import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

export const managedRoutes = {
  /** What the administrator of this machine has set for all, so that pages do not offer to change it. */
  'managed.facts': route({
    window: 'main',
    transport: 'ipc',
    audit: null,
    roles: 'any',
    kind: 'query',
    needs: 'none',
    input: EmptySchema,
    output: z.strictObject({
      /** Address of the server to enrol with; null: typed from the slip. */
      server: z.string().max(300).nullable(),
      isProxySet: z.boolean(),
      /** Values that cannot count, by name; `file`: nothing of it can be read. What they would have bound is closed. */
      faults: z.array(z.string().max(80)).max(40),
    }),
  }),
};
