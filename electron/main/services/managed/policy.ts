import { z } from 'zod';
import { RELEASE_CHANNELS } from '../../../../shared/protocol/release-metadata';

/** No managed configuration is longer. */
export const POLICY_MAX_BYTES = 65_536;

const Address = z.url({ protocol: /^https?$/ }).max(300);

/** What an administrator sets for all people of a machine. What is not in it is the person's to choose. */
const PolicySchema = z.strictObject({
  updates: z
    .strictObject({
      /** Where lists and files of releases lie; without it they come by stick. */
      source: Address.optional(),
      channel: z.enum(RELEASE_CHANNELS).default('stable'),
      /** `ask`: a person starts the fetch. */
      fetch: z.enum(['automatic', 'ask']).default('automatic'),
      /** Local time from which on it may be installed while nobody is logged in. */
      installAt: z
        .string()
        .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
        .optional(),
    })
    .optional(),
});
export type Policy = z.output<typeof PolicySchema>;

/** Undefined for what is no managed configuration: not JSON, a field that does not exist, a value out of its bounds. */
export function parsePolicy(text: string): Policy | undefined {
  if (text.length > POLICY_MAX_BYTES) return undefined;
  try {
    return PolicySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
