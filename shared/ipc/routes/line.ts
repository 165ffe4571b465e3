import { z } from 'zod';
import { EmptySchema, MsSchema, SecretSchema } from '../common';
import { route } from '../define';

/** Slowest and fastest limit that may be set, kB/s. */
export const LIMIT_KBPS = { least: 8, most: 100_000 } as const;

export const ProxySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** As the operating system says, proxy script included. */
  z.strictObject({ kind: z.literal('system') }),
  z.strictObject({
    kind: z.literal('manual'),
    /** `host:port`. */
    address: z.string().max(260),
    user: z.string().max(80).nullable(),
    hasPassword: z.boolean(),
  }),
]);
export type ProxySetting = z.infer<typeof ProxySchema>;

export const LineSettingsSchema = z.strictObject({
  /** Over all downloads and uploads together, kB/s; null: no limit. */
  limitKBps: z.number().int().min(LIMIT_KBPS.least).max(LIMIT_KBPS.most).nullable(),
  /** Paid by traffic: only directives, revocations and changes come by themselves. */
  isMetered: z.boolean(),
  /** Nothing is synchronised until somebody resumes; directives still come. */
  isPaused: z.boolean(),
  proxy: ProxySchema,
});
export type LineSettings = z.infer<typeof LineSettingsSchema>;

export const LineStatusSchema = z.strictObject({
  settings: LineSettingsSchema,
  /** The office's endpoints, the preferred first. */
  endpoints: z
    .array(z.strictObject({ address: z.string(), state: z.enum(['used', 'standby', 'failed']) }))
    .max(10),
  /** Bytes a second that the line was last seen to carry; null before anything of size has come. */
  bytesPerSecond: z.number().nonnegative().nullable(),
  /** How far this computer's clock is ahead of the server's, ms; null before the first contact. */
  clockAheadMs: z.number().int().nullable(),
  /** When the device certificate of the connection ends. */
  certificateUntilMs: MsSchema.nullable(),
  /** Keys of the region that open what comes: the newest, and how many former ones are in force; null: this role holds none. */
  regionKeys: z
    .strictObject({ epoch: z.number().int().positive(), former: z.number().int().nonnegative() })
    .nullable(),
});
export type LineStatus = z.infer<typeof LineStatusSchema>;

const common = { window: 'main', transport: 'ipc', roles: 'any', needs: 'unlocked' } as const;
export const lineRoutes = {
  'line.status': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: LineStatusSchema,
  }),
  /** Changes the named settings; a limit acts on what is under way, a pause ends it. */
  'line.set': route({
    ...common,
    kind: 'command',
    audit: 'line-settings',
    input: LineSettingsSchema.omit({ proxy: true }).partial(),
    output: LineStatusSchema,
  }),
  /** Refused as PROXY_ADDRESS_INVALID where the address is none. The password is kept sealed to this machine. */
  'line.set-proxy': route({
    ...common,
    kind: 'command',
    audit: 'line-settings',
    input: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('system') }),
      z.strictObject({
        kind: z.literal('manual'),
        address: z.string().max(260),
        user: z.string().max(80).nullable(),
        password: SecretSchema.nullable(),
      }),
    ]),
    output: LineStatusSchema,
  }),
};
