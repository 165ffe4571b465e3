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
/**
 * `faults`: what the administrator set and cannot count, by its name; `file` where nothing of it could be read. What it would have
 * bound stays closed until it is mended (`closedBy`), and pages say so.
 */
export type Policy = z.output<typeof PolicySchema> & { readonly faults?: readonly string[] };

/** Of a configuration that is there and of which nothing can be read. */
export const UNREAD: Policy = closedBy({}, ['file']);

/**
 * What is left where values cannot count. No enrolment with just any server or authority (`isEnrolmentClosed`), no proxy of a
 * person's own: the system's is used; no release is fetched by itself.
 */
function closedBy(policy: Policy, faults: readonly string[]): Policy {
  const isOf = (name: string) => faults.some((one) => one === 'file' || one.split('.')[0] === name);
  return {
    ...policy,
    ...(isOf('proxy') ? { proxy: 'system' } : {}),
    ...(isOf('updates') ? { updates: { channel: 'stable', ...policy.updates, fetch: 'ask' } } : {}),
    faults,
  };
}

/** Whether a value that binds enrolment to a server and its authority is one that cannot count. */
export function isEnrolmentClosed({
  faults = [],
}: {
  readonly faults?: readonly string[] | undefined;
}): boolean {
  return faults.some((one) => ['file', 'server', 'authority'].includes(one));
}

/**
 * A managed configuration. A field that does not exist (the next version's, or mistyped) is told by name and left out; a value out
 * of its bounds is left out too, and closes what it would have bound: neither must switch off what stands beside it. `UNREAD` for what
 * is no configuration at all.
 */
export function parsePolicy(
  text: string,
  onUnknown: (names: readonly string[]) => void = () => undefined,
): Policy {
  const content = text.length > POLICY_MAX_BYTES ? undefined : parsed(text);
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  if (!isObject) return UNREAD;
  const unknown: string[] = [];
  const faults: string[] = [];
  const first = PolicySchema.safeParse(content);
  for (const { code, path, ...issue } of first.error?.issues ?? [])
    if (code === 'unrecognized_keys')
      for (const key of (issue as { readonly keys: readonly string[] }).keys) {
        leaveOut(content, [...path, key]);
        unknown.push([...path, key].join('.'));
      }
    else {
      leaveOut(content, path);
      faults.push(path.join('.'));
    }
  const read = first.success ? first : PolicySchema.safeParse(content);
  if (!read.success) return UNREAD;
  if (unknown.length > 0) onUnknown(unknown);
  return faults.length === 0 ? read.data : closedBy(read.data, [...new Set(faults)]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function leaveOut(content: object, path: readonly PropertyKey[]): void {
  const into = path
    .slice(0, -1)
    .reduce<unknown>(
      (one, key) => (one as Record<PropertyKey, unknown> | undefined)?.[key],
      content,
    );
  if (typeof into === 'object' && into !== null) Reflect.deleteProperty(into, path.at(-1) ?? '');
}

/** The proxy that is set for all; undefined: a person chooses. */
export function proxyOf({ proxy }: Policy): ProxySetting | undefined {
  if (proxy === undefined) return undefined;
  if (proxy === 'none' || proxy === 'system') return { kind: proxy };
  return { kind: 'manual', address: proxy, user: null, hasPassword: false };
}
