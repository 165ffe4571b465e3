import { z } from 'zod';
import { RELEASE_CHANNELS, ReleaseSchema } from '../../protocol/release-metadata';
import { RELEASE_VERSION } from '../../protocol/release-version';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const Version = z.string().regex(RELEASE_VERSION);
const Bytes = z.number().int().nonnegative();

/** Why lists of releases were refused, or nothing could be fetched. */
export const UpdateRefusalSchema = z.strictObject({
  code: z.enum([
    'UPDATE_UNREACHABLE',
    'UPDATE_TOO_SLOW',
    'UPDATE_REDIRECTED',
    'UPDATE_REFUSED',
    'UPDATE_FILE_DAMAGED',
    'UPDATE_NO_RELEASES',
    'DISK_FULL',
    'DISK_READ_ONLY',
    'INTERNAL',
  ]),
  reason: z
    .enum([
      'malformed',
      'signatures-missing',
      'version-older',
      'version-skipped',
      'mixed',
      'expired',
      'missing',
      'endless',
    ])
    .nullable(),
});
export type UpdateRefusal = z.infer<typeof UpdateRefusalSchema>;

export const UpdateStatusSchema = z.strictObject({
  /** The version that runs. */
  version: Version,
  /** `off`: this package brings no release root, so nothing could be told genuine; `stick`: no place of releases is set. */
  supply: z.enum(['off', 'stick', 'line']),
  /** Host of the place of releases. */
  host: z.string().max(260).nullable(),
  channel: z.enum(RELEASE_CHANNELS),
  /** `waiting`: fetched and verified. */
  phase: z.enum(['idle', 'checking', 'found', 'fetching', 'paused', 'waiting']),
  /** When the lists were last read and held. */
  checkedMs: MsSchema.nullable(),
  offer: z
    .strictObject({
      ...ReleaseSchema.pick({ version: true, publishedMs: true, notes: true }).shape,
      bytes: Bytes,
      /** Has to be installed now. */
      isDue: z.boolean(),
      /** Has to be installed by then. */
      dueMs: MsSchema.nullable(),
      /** `kept`: fetched and verified before this start; its file says no more where it came from. */
      origin: z.enum(['line', 'stick', 'kept']),
    })
    .nullable(),
  doneBytes: Bytes,
  refused: UpdateRefusalSchema.nullable(),
  /** `swap`: the program puts it in its own place; the others are installed by a person. */
  way: z.enum(['swap', 'deb', 'installer', 'archive']),
  /** Name of the file that waits for a person to install it. */
  file: z.string().max(120).nullable(),
  /** Local time `HH:MM` at which the managed configuration lets it be installed. */
  installAt: z.string().nullable(),
  last: z
    .strictObject({
      from: Version,
      to: Version,
      atMs: MsSchema,
      /** `placed`: at the end of the last session; `returned`: it reached no window and the former is back. */
      outcome: z.enum(['placed', 'installed', 'returned', 'refused']),
    })
    .nullable(),
});
export type UpdateStatus = z.infer<typeof UpdateStatusSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
const command = {
  ...common,
  kind: 'command',
  // Who reads the log changes nothing on the device.
  roles: ['inspector', 'head', 'approver', 'system-admin', 'security-admin'],
  input: EmptySchema,
  output: EmptySchema,
} as const;

export const updateRoutes = {
  'update.status': route({
    ...common,
    kind: 'query',
    roles: 'any',
    audit: null,
    input: EmptySchema,
    output: UpdateStatusSchema,
  }),
  /** Reads the lists of releases; what comes of it comes as an event. */
  'update.check': route({ ...command, audit: 'update-check' }),
  /** Opens a dialog for the folder of releases, reads its lists and brings what is newer; false: nothing was chosen. */
  'update.from-stick': route({
    ...command,
    audit: 'update-stick',
    output: z.strictObject({ isChosen: z.boolean() }),
  }),
  /** Fetches what was found, or goes on. */
  'update.fetch': route({ ...command, audit: 'update-fetch' }),
  /** Keeps what has arrived. */
  'update.pause': route({ ...command, audit: null }),
  /** Throws away what has arrived or waits. */
  'update.cancel': route({ ...command, audit: 'update-cancel' }),
  /** Ends the program as by its person, installs and starts again. FORBIDDEN where nothing waits that it installs itself. */
  'update.install': route({ ...command, audit: 'update-install' }),
  /** Verifies what waits once more and shows it in its folder, for a person to install. */
  'update.show': route({ ...command, audit: 'update-show' }),
};
