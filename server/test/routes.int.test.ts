import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Opener,
  refusalFor,
  SERVER_ROUTES,
  type ServerRoute,
} from '../../shared/domain/authority/server-routes';
import { ServerRefusalSchema } from '../../shared/protocol/enrol';
import type { Central } from '../central';
import type { ServedParts } from '../http/served-parts';
import { addRoutes } from '../http/server';
import { ask, enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { testCentral } from './place';

let central: Central;
let close: () => Promise<void>;
let active: TestDevice;
let revoked: TestDevice;
let real: readonly string[];

const keyOf = ({ method, path }: Pick<ServerRoute, 'method' | 'path'>) => `${method} ${path}`;
const filled = (path: string) =>
  path
    .replace(':sha256', '0'.repeat(64))
    .replace(':region', '3306')
    .replace(':code', 'AAAA-AAAA-AAAA-AAAA');
const codeOf = ({ body }: RawAnswer): string | null => {
  try {
    return ServerRefusalSchema.parse(JSON.parse(body.toString('utf8'))).error.code;
  } catch {
    return null;
  }
};
const GATES = ['device-unknown', 'forbidden', 'device-revoked'];

/** What the gate says to a caller; null: let in, whatever the route makes of an empty request. */
async function gateOf(route: ServerRoute, caller: 'nobody' | 'device' | 'control', as: TestDevice) {
  const path = filled(route.path);
  const body = route.method === 'POST' ? {} : undefined;
  const way = caller === 'control' ? as.control : as;
  const { url, ca } = as.line;
  const answer = await (caller === 'nobody'
    ? ask({ url, ...(ca === undefined ? {} : { ca }) }, path, body)
    : body === undefined
      ? way.get(path)
      : way.post(path, body));
  const code = codeOf(answer);
  // A route that is not there is no gate.
  if (code === 'internal') throw new Error(`${keyOf(route)} failed`);
  return code !== null && GATES.includes(code) ? code : null;
}

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 20 }));
  const enrolled = async () => {
    const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
    const slip = await central.createEnrolment({ name: '局', region: '3306', users });
    return enrolTestDevice(central.url, slip.code);
  };
  [active, revoked] = [await enrolled(), await enrolled()];
  await central.revokeDevice(revoked.answer.deviceId);
  const bare = fastify() as unknown as FastifyInstance;
  const found: string[] = [];
  bare.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') found.push(`${one} ${url}`);
  });
  addRoutes(bare, (central as unknown as { parts: ServedParts }).parts);
  await bare.ready();
  real = found;
  await bare.close();
});
afterAll(() => close());

describe('routes of the central server', () => {
  // Would catch: a route that nobody put into the table, or a row of the table that no route stands behind.
  it('are those of the table', () => {
    expect([...real].sort()).toEqual(SERVER_ROUTES.map(keyOf).sort());
  });

  // Would catch: a route without its gate, or behind another one; a revoked device that still reads; a gate that shuts out
  // whom the table lets in.
  it.each(SERVER_ROUTES.map((route) => [keyOf(route), route] as const))(
    '%s opens to the certificates of its row and no other',
    async (_key, route) => {
      const callers = ['nobody', 'device', 'control'] as const satisfies readonly (
        | 'nobody'
        | Opener
      )[];
      for (const caller of callers) {
        expect([caller, await gateOf(route, caller, active)]).toEqual([
          caller,
          refusalFor(route, caller),
        ]);
        if (caller !== 'nobody')
          expect([caller, 'revoked', await gateOf(route, caller, revoked)]).toEqual([
            caller,
            'revoked',
            refusalFor(route, caller, true),
          ]);
      }
    },
  );
});
