import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { ByteBudget } from './byte-budget';
import { FakeTiming } from './fake-timing';
import { Line } from './line';
import type { Exchange, Transport, TransportAnswer } from './transport/transport';

type Behaviour = (exchange: Exchange, endpoint: string) => Promise<TransportAnswer>;

const never = <T>(signal: AbortSignal) =>
  new Promise<T>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

/** Accepts the connection and never says anything. */
const mute: Behaviour = ({ onConnected, signal }) => {
  onConnected();
  return never(signal);
};
const refused: Behaviour = () =>
  Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

function answer(
  body: AsyncIterable<Buffer> | string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  status = 200,
): Behaviour {
  const pieces = typeof body === 'string' ? once(body) : body;
  return async ({ onConnected }) => {
    onConnected();
    return { status, headers, body: pieces, destroy: () => undefined };
  };
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function lineTo(behaviours: readonly Behaviour[], timing = new FakeTiming()) {
  const asked: string[] = [];
  const endpoints = behaviours.map((_, i) => `https://end${i}`);
  const transport: Transport = {
    open: (endpoint, exchange) => {
      asked.push(endpoint);
      const behaviour = behaviours[endpoints.indexOf(endpoint)] ?? refused;
      return behaviour(exchange, endpoint);
    },
    close: () => undefined,
  };
  const budget = new ByteBudget(timing);
  const line = new Line({ endpoints, ca: '' }, { timing, budget, transport: () => transport });
  return { line, timing, asked, budget };
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('Line', () => {
  // Would catch: an endpoint that accepts and never answers holding every request for half a minute or more.
  it('goes on to an endpoint that answers within 30 s, whatever the others do', async () => {
    for (const others of [[mute], [mute, mute], [refused, mute, mute], [mute, mute, mute, mute]]) {
      const { line, timing } = lineTo([...others, answer('{"ok":1}')]);
      let got: unknown;
      const asking = line.json({ path: '/' }, 100).then((value) => {
        got = value;
      });
      await timing.pass(30_000);
      expect(got).toEqual({ ok: 1 });
      await asking;
    }
  });

  // Would catch: every further request tried in vain at the endpoint that is down, or the preferred one forgotten.
  it('stays with the endpoint that answers and returns to the preferred one later', async () => {
    let isUp = false;
    const first: Behaviour = (exchange, endpoint) =>
      (isUp ? answer('{}') : refused)(exchange, endpoint);
    const { line, timing, asked } = lineTo([first, (e, p) => answer('{}')(e, p)]);
    await line.json({ path: '/' }, 100);
    await line.json({ path: '/' }, 100);
    expect(asked).toEqual(['https://end0', 'https://end1', 'https://end1']);
    isUp = true;
    await timing.pass(11 * 60_000);
    await line.json({ path: '/' }, 100);
    expect([asked.at(-1), line.endpoint]).toEqual(['https://end0', 'https://end0']);
  });

  // Would catch: a primary whose server fails, or whose bodies never come, asked for ever while a standby waits.
  it('leaves an endpoint that begins to answer and does not end, however well it answers small questions', async () => {
    const internal = JSON.stringify({ error: { code: 'internal', message: 'x' } });
    const json = { 'content-type': 'application/json' };
    async function* silent(): AsyncGenerator<Buffer> {
      yield Buffer.from('{');
      await new Promise(() => undefined);
    }
    const broken: readonly [() => Behaviour, string][] = [
      [() => answer(internal, json, 500), 'SYNC_SERVER_BUSY'],
      [() => answer(silent()), 'SYNC_INTERRUPTED'],
    ];
    for (const [make, code] of broken) {
      const first: Behaviour = (exchange, endpoint) =>
        (exchange.path === '/health' ? answer('{}') : make())(exchange, endpoint);
      const { line, timing, asked } = lineTo([first, (e, p) => answer('{"ok":1}')(e, p)]);
      const told: string[] = [];
      for (let i = 0; i < 2; i++) {
        const asking = codeOf(line.json({ path: '/sync?from=1' }, 1_000));
        await timing.pass(60_000);
        told.push(await asking);
        await line.json({ path: '/health' }, 100);
      }
      expect(told).toEqual([code, code]);
      expect(await line.json({ path: '/sync?from=1' }, 1_000)).toEqual({ ok: 1 });
      expect(line.endpoints).toEqual([
        { address: 'https://end0', state: 'failed' },
        { address: 'https://end1', state: 'used' },
      ]);
      expect(asked.filter((one) => one === 'https://end1').length).toBeGreaterThan(0);
    }
  });

  // Would catch: a second short message, a code used up twice, because the line sent a request again that the first server had taken.
  it('sends what may not be taken twice to one endpoint that stands, and what may to the next', async () => {
    const cut: Behaviour = async (exchange) => {
      exchange.onConnected();
      await exchange.pace(exchange.body?.length ?? 0);
      throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
    };
    // As the transport tells it: somebody answered the handshake, and it was not our server.
    const stranger: Behaviour = async (exchange) => {
      exchange.onConnected();
      throw new AppError('SYNC_SERVER_IDENTITY');
    };
    const fine: Behaviour = (e, p) => answer('{"ok":1}')(e, p);
    const once = { method: 'POST', path: '/code', body: {} } as const;
    const again = { ...once, isRepeatable: true } as const;
    const told: Exchange[] = [];
    const seen: Behaviour = (exchange, endpoint) => {
      told.push(exchange);
      return fine(exchange, endpoint);
    };
    for (const [first, ask, outcome, asks] of [
      [cut, once, 'SYNC_INTERRUPTED', 1],
      [cut, again, 'none', 2],
      [cut, { path: '/state' }, 'none', 2],
      [refused, once, 'none', 2],
      [stranger, once, 'none', 2],
    ] as const) {
      const { line, asked } = lineTo([first, seen]);
      expect([await codeOf(line.json(ask, 100)), asked.length]).toEqual([outcome, asks]);
      // The broken endpoint is left all the same: the person's next try goes elsewhere.
      if (outcome !== 'none') expect(await line.json(ask, 100)).toEqual({ ok: 1 });
    }
    expect(told.map(({ isRepeatable }) => isRepeatable)).toEqual([false, true, true, false, false]);
    const { line, timing, asked } = lineTo([mute, fine]);
    const late = codeOf(line.json(once, 100));
    await timing.pass(60_000);
    expect([await late, asked]).toEqual(['SYNC_UNREACHABLE', ['https://end0']]);
  });

  // Would catch: a login page of the network shown as a broken server, or believed.
  it('knows a page for people, a redirect and a wanted login as the network’s', async () => {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    const away = { 'content-type': 'text/plain', location: 'http://login.example/?user=1' };
    for (const strange of [
      answer('<html>', html),
      answer('', away, 302),
      answer('<html>', html, 511),
      answer('<html>', html, 404),
    ])
      expect(await codeOf(lineTo([strange]).line.json({ path: '/' }, 100))).toBe('SYNC_PORTAL');
    expect(
      await codeOf(
        lineTo([answer('hello', { 'content-type': 'text/plain' })]).line.json({ path: '/' }, 9),
      ),
    ).toBe('SYNC_PROTOCOL');
    const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await codeOf(lineTo([answer('{}', packed)]).line.json({ path: '/' }, 9))).toBe(
      'SYNC_PROTOCOL',
    );
  });

  // Would catch: memory filled by an endless answer, or megabytes read that were announced as too many.
  it('lets go of what is longer than it may be', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        sent += 1_000;
        yield Buffer.alloc(1_000);
      }
    }
    expect(await codeOf(lineTo([answer(endless())]).line.json({ path: '/' }, 10_000))).toBe(
      'SYNC_ANSWER_TOO_LARGE',
    );
    expect(sent).toBeLessThan(15_000);
    sent = 0;
    const announced = { 'content-type': 'application/json', 'content-length': '9000000000' };
    const { line } = lineTo([answer(endless(), announced)]);
    expect(await codeOf(line.json({ path: '/' }, 10_000))).toBe('SYNC_ANSWER_TOO_LARGE');
    expect(sent).toBe(0);
  });

  // Would catch: a request that hangs for ever on a sender that gives a byte now and then, or none any more.
  it('lets go of a body that drips or falls silent', async () => {
    const timing = new FakeTiming();
    async function* drip(): AsyncGenerator<Buffer> {
      for (;;) {
        await timing.sleep(1_000);
        yield Buffer.alloc(10);
      }
    }
    const slow = codeOf(lineTo([answer(drip())], timing).line.json({ path: '/' }, 1e6));
    await timing.pass(60_000);
    expect(await slow).toBe('SYNC_TOO_SLOW');

    async function* silent(): AsyncGenerator<Buffer> {
      yield Buffer.from('{');
      await new Promise(() => undefined);
    }
    const still = codeOf(lineTo([answer(silent())], timing).line.json({ path: '/' }, 1e6));
    await timing.pass(60_000);
    expect(await still).toBe('SYNC_INTERRUPTED');
  });

  // Would catch: bulk that takes the whole line while a revocation waits behind it.
  it('lets the bulk stand still while something that matters more is under way', async () => {
    const timing = new FakeTiming();
    let bulk = 0;
    async function* segment(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 200; i++) {
        await timing.sleep(10);
        bulk++;
        yield Buffer.alloc(100);
      }
    }
    let release: () => void = () => undefined;
    const orders: Behaviour = async ({ onConnected }) => {
      onConnected();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return answer('{}')({ onConnected } as Exchange, '');
    };
    const { line } = lineTo(
      [
        (exchange, end) =>
          exchange.path === '/bulk' ? answer(segment())(exchange, end) : orders(exchange, end),
      ],
      timing,
    );
    const loading = line.open({ path: '/bulk', priority: 'segment' }).then(async ({ body }) => {
      for await (const piece of body) void piece;
    });
    await timing.pass(200);
    const before = bulk;
    expect(before).toBeGreaterThan(5);
    const asked = line.json({ path: '/orders', priority: 'directive' }, 100);
    await timing.pass(1_000);
    expect(bulk).toBeLessThanOrEqual(before + 1);
    release();
    await asked;
    await timing.pass(60_000);
    expect(bulk).toBe(200);
    await loading;
  });

  // Would catch: a tier or a segment standing still for ten minutes while pages of the log go up on a slow line.
  it('lets what comes down go on beside what goes up', async () => {
    const timing = new FakeTiming();
    const upload: Behaviour = async ({ onConnected, signal }) => {
      onConnected();
      return never(signal);
    };
    const { line } = lineTo(
      [(exchange, end) => (exchange.path === '/up' ? upload : answer('x'))(exchange, end)],
      timing,
    );
    const asker = new AbortController();
    const ups = [1, 2, 3].map(() =>
      codeOf(line.json({ path: '/up', priority: 'up', signal: asker.signal }, 100)),
    );
    let isRead = false;
    const bulk = line.open({ path: '/bulk', priority: 'segment' }).then(async ({ body }) => {
      for await (const piece of body) void piece;
      isRead = true;
    });
    await timing.pass(100);
    expect(isRead).toBe(true);
    asker.abort();
    await timing.pass(1_000);
    await Promise.all([bulk, ...ups]);
  });

  // Would catch: a place on the line that is never given back, and all bulk waiting behind it for ever.
  it('gives the place of an answer back whose body nobody reads, when its asker gives up', async () => {
    const timing = new FakeTiming();
    const { line } = lineTo([(exchange, end) => answer('x')(exchange, end)], timing);
    const asker = new AbortController();
    await line.open({ path: '/picture', priority: 'view', signal: asker.signal });
    let isRead = false;
    const bulk = line.open({ path: '/bulk', priority: 'segment' }).then(async ({ body }) => {
      for await (const piece of body) void piece;
      isRead = true;
    });
    await timing.pass(1_000);
    expect(isRead).toBe(false);
    asker.abort();
    await timing.pass(1_000);
    expect(isRead).toBe(true);
    await bulk;
  });

  // Would catch: a limit that holds for the average but lets a burst of many seconds through, or that uploads escape.
  it('keeps to the bandwidth limit, both ways', async () => {
    const timing = new FakeTiming();
    async function* body(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(4_000);
    }
    let sent = 0;
    const upload: Behaviour = async (exchange) => {
      exchange.onConnected();
      for (let at = 0; at < (exchange.body?.length ?? 0); at += 4_000) {
        await exchange.pace(4_000);
        sent += 4_000;
      }
      return answer('{}')(exchange, '');
    };
    const { line, budget } = lineTo(
      [
        (exchange, end) =>
          exchange.body === null ? answer(body())(exchange, end) : upload(exchange, end),
      ],
      timing,
    );
    budget.setLimit(20_000);
    let got = 0;
    const down = line.open({ path: '/' }).then(async (opened) => {
      for await (const piece of opened.body) got += piece.length;
    });
    await timing.pass(5_000);
    expect(got).toBeGreaterThan(80_000);
    expect(got).toBeLessThanOrEqual(20_000 * 6);
    await timing.pass(60_000);
    await down;
    const up = line.json({ method: 'POST', path: '/', body: 'x'.repeat(200_000) }, 100);
    await timing.pass(5_000);
    expect(sent).toBeLessThanOrEqual(20_000 * 6);
    // A long upload on a narrow line is progress, not silence.
    await timing.pass(60_000);
    await up;
    expect(sent).toBeGreaterThanOrEqual(200_000);
  });

  // Would catch: a closed line that goes on with the device's key, or that fails with an undocumented error.
  it('takes no request any more once closed, and ends those under way', async () => {
    const { line, timing } = lineTo([mute]);
    const waiting = codeOf(line.json({ path: '/' }, 100));
    await timing.pass(10);
    line.close();
    expect(await waiting).toBe('SYNC_INTERRUPTED');
    expect(await codeOf(line.json({ path: '/' }, 100))).toBe('SYNC_INTERRUPTED');
  });
});
