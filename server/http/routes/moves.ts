import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PATHS } from '../../../shared/protocol/endpoints';
import { HashSchema } from '../../../shared/protocol/manifest';
import type { MovesAnswer } from '../../../shared/protocol/moves';
import { readMoves } from '../../store/moves';
import { findSlice } from '../../store/slices';
import { movesHash, signMoves } from '../../sync/moves';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';
import { demandSchema } from '../schema-gate';

const Query = z.strictObject({ have: HashSchema.optional() });

/** GET where the region's certificates went that are not in it any more, signed, as of the head. */
export function movesRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.get(PATHS.moves, async (request): Promise<MovesAnswer> => {
    const { region } = await callerOf(request, parts.client, parts.regions);
    demandSchema(request);
    const parsed = Query.safeParse(request.query);
    if (!parsed.success) throw new Refusal('bad-request', 'query');
    const found = await parts.client.transaction(async (runner) => {
      const slice = await findSlice(runner, region.slice);
      return slice === undefined
        ? undefined
        : { slice, list: await readMoves(runner, region.slice) };
    }, 'repeatable read');
    if (found === undefined) throw new Refusal('not-found', 'the region has no data yet');
    const { slice, list } = found;
    const at = { region: region.code, epoch: slice.epoch, rseq: slice.head };
    const statement = await signMoves(parts, at, list);
    return { statement, list: parsed.data.have === movesHash(list) ? null : list };
  });
}
