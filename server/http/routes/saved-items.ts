import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SavedItemsAnswerSchema } from '../../../shared/protocol/commands';
import { PATHS } from '../../../shared/protocol/endpoints';
import { savedItemsFor } from '../../commands/saved-items';
import { usersOf } from '../../store/offices';
import { savedHead } from '../../store/saved-items';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const Query = z.strictObject({
  user: z.string().min(1).max(40),
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
});

/** GET saved items: of users of the device's own office only, sealed to the device. */
export function savedItemRoutes(server: FastifyInstance, parts: ServerParts): void {
  const { client, keys } = parts;
  server.get(PATHS.savedItems, async (request) => {
    const { device } = await callerOf(request, client, parts.regions);
    const query = Query.safeParse(request.query);
    if (!query.success) throw new Refusal('bad-request', 'user and after');
    const { user, after } = query.data;
    const users = await usersOf(client, device.office);
    if (!users.some(({ userId }) => userId === user))
      throw new Refusal('forbidden', 'not a user of this office');
    const box = await savedItemsFor(client, keys, device, user, after);
    return SavedItemsAnswerSchema.parse({
      head: await savedHead(client, { office: device.office, userId: user }),
      box: box === null ? null : Buffer.from(box).toString('base64'),
    });
  });
}
