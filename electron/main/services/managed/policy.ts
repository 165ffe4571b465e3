import { z } from 'zod';
import type { ProxySetting } from '../../../../shared/ipc/routes/line';
import { RELEASE_CHANNELS } from '../../../../shared/protocol/release-metadata';
import { placeOf } from '../sync/transport/proxy';

/** No managed configuration is longer. */
export const POLICY_MAX_BYTES = 65_536;

const Address = z.url({ protocol: /^https?$/ }).max(300);

/** What an administrator sets for all people of a machine. What is not in it is the person's to choose. */
const PolicySchema = z.strictObject({
  /** The central server; devices enrol with no other. */
  server: z
    .url({ protocol: /^https$/ })
    .max(300)
    .optional(),
  /** SHA-256 of the SPKI of the server's authority, hex, as the centre prints it: enrolment is refused under any other. */
  authority: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** `none`, `system` or `host:port`; people cannot set another. */
  proxy: z
    .string()
    .max(260)
    .refine((text) => text === 'none' || text === 'system' || placeOf(text) !== null)
    .optional(),
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

/**
 * Undefined for what is no managed configuration: not JSON, a value out of its bounds. A field that does not exist
 * (the next version's, or mistyped) is told by name and left out: it must not switch off the server and the authority
 * that stand beside it.
 */
export function parsePolicy(
  text: string,
  onUnknown: (names: readonly string[]) => void = () => undefined,
): Policy | undefined {
  if (text.length > POLICY_MAX_BYTES) return undefined;
  try {
    const content: unknown = JSON.parse(text);
    const strict = PolicySchema.safeParse(content);
    if (strict.success) return strict.data;
    const { issues } = strict.error;
    if (!issues.every(({ code }) => code === 'unrecognized_keys')) return undefined;
    const names: string[] = [];
    for (const issue of issues) {
      if (issue.code !== 'unrecognized_keys') continue;
      const into = issue.path.reduce(
        (one, key) => (one as Record<PropertyKey, unknown>)[key],
        content,
      ) as Record<string, unknown>;
      for (const key of issue.keys) {
        Reflect.deleteProperty(into, key);
        names.push([...issue.path, key].join('.'));
      }
    }
    const policy = PolicySchema.safeParse(content).data;
    if (policy !== undefined) onUnknown(names);
    return policy;
  } catch {
    return undefined;
  }
}

/** The proxy that is set for all; undefined: a person chooses. */
export function proxyOf({ proxy }: Policy): ProxySetting | undefined {
  if (proxy === undefined) return undefined;
  if (proxy === 'none' || proxy === 'system') return { kind: proxy };
  return { kind: 'manual', address: proxy, user: null, hasPassword: false };
}
