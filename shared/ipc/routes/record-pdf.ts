import { z } from 'zod';
import { IdSchema } from '../common';
import { route } from '../define';

export const recordPdfRoutes = {
  /** One record as a PDF with its verification code, to be kept or printed; main asks where. Logged before it is written. */
  'records.pdf': route({
    window: 'main',
    transport: 'ipc',
    kind: 'command',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    audit: 'record-pdf',
    input: z.strictObject({ id: IdSchema }),
    output: z.discriminatedUnion('outcome', [
      z.strictObject({
        outcome: z.literal('saved'),
        traceId: z.string(),
        verificationCode: z.string(),
      }),
      z.strictObject({ outcome: z.literal('cancelled') }),
    ]),
  }),
};
