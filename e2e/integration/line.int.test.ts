import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteBudget } from '../../electron/main/services/sync/byte-budget';
import { Downloader } from '../../electron/main/services/sync/download';
import { Line } from '../../electron/main/services/sync/line';
import { withRetries } from '../../electron/main/services/sync/retries';
import { systemTiming } from '../../electron/main/services/sync/timing';
import {
  basicCredentials,
  type Way,
  waysOf,
} from '../../electron/main/services/sync/transport/proxy';
import { TlsTransport } from '../../electron/main/services/sync/transport/tls-transport';
import { parseRange } from '../../server/http/send-bytes';
import { AppError } from '../../shared/errors/app-error';
import { LineServers } from './line-servers';

const servers = new LineServers();
const lines: Line[] = [];
afterAll(async () => {
  for (const line of lines) line.close();
  await servers.close();
});

const ok: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"ok":1}');
};

function lineTo(
  endpoints: readonly string[],
  ca: string,
  ways: readonly Way[] = [{ kind: 'direct' }],
  portalPort = 9,
): Line {
  const line = new Line(
    { endpoints, ca },
    {
      timing: systemTiming,
      budget: new ByteBudget(systemTiming),
      transport: (identity) => new TlsTransport(identity, async () => ways, portalPort),
    },
  );
  lines.push(line);
  return line;
}

async function outcome(line: Line): Promise<unknown> {
  try {
    return await line.json({ path: '/v1/health' }, 1_000);
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a proxy', () => {
  const by = (port: number, authorization: string | null = null): Way => ({
    kind: 'proxy',
    host: '127.0.0.1',
    port,
    authorization,
  });

  // Would catch: a tunnel that is not used, opened anew for every request, or asked for without its credentials.
  it('carries the line, with user and password where it wants them', async () => {
    const { address, ca } = await servers.tls(ok);
    const wanted = basicCredentials('检查员', new TextEncoder().encode('pass:word'));
    const proxy = await servers.proxy((given) => given === wanted);
    const line = lineTo([address], ca, [by(proxy.port, wanted)]);
    expect(await outcome(line)).toEqual({ ok: 1 });
    expect(await outcome(line)).toEqual({ ok: 1 });
    expect(proxy.opened).toEqual([new URL(address).host]);
    expect(await outcome(lineTo([address], ca, [by(proxy.port)]))).toBe('SYNC_PROXY_REFUSED');
  });

  // Would catch: a proxy that opens TLS being believed (it would read everything), or shown as a broken server.
  it('that opens TLS is refused as another server', async () => {
    const { address, ca } = await servers.tls(ok);
    const stranger = await servers.tls(ok);
    const proxy = await servers.proxy(() => true, Number(new URL(stranger.address).port));
    expect(await outcome(lineTo([address], ca, [by(proxy.port)]))).toBe('SYNC_SERVER_IDENTITY');
  });

  // Would catch: all failures of a proxy shown as "server does not answer", so that nobody looks at the settings.
  it('that is not there, refuses or wants a login is told apart', async () => {
    const { address, ca } = await servers.tls(ok);
    const told = async (port: number) => outcome(lineTo([address], ca, [by(port)]));
    expect(await told(9)).toBe('SYNC_PROXY_UNREACHABLE');
    const no = await servers.refusingProxy('HTTP/1.1 403 Forbidden\r\n\r\n');
    expect(await told(no)).toBe('SYNC_PROXY_REFUSED');
    const login = 'HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n';
    expect(await told(await servers.refusingProxy(login))).toBe('SYNC_PORTAL');
    // What the system's proxy script says: the next way where one is not there.
    const ways = waysOf('SOCKS5 127.0.0.1:1; PROXY 127.0.0.1:9; DIRECT');
    expect(await outcome(lineTo([address], ca, ways))).toEqual({ ok: 1 });
  });
});

describe('a network that wants a login', () => {
  const page: RequestListener = (_request, response) => {
    response.setHeader('content-type', 'text/html').end('<html>login</html>');
  };
  const away: RequestListener = (_request, response) => {
    response.writeHead(302, { location: 'http://login.example/' }).end();
  };

  // Would catch: a login page told as an attack (people stop working), or an attack told as a login page.
  it('is told apart from somebody who opens TLS', async () => {
    const { ca } = await servers.tls(ok);
    const stranger = await servers.tls(page);
    const [login, redirect, api] = await Promise.all([page, away, ok].map((l) => servers.http(l)));
    const told = (port: number) => outcome(lineTo([stranger.address], ca, undefined, port));
    expect(await told(login ?? 0)).toBe('SYNC_PORTAL');
    expect(await told(redirect ?? 0)).toBe('SYNC_PORTAL');
    expect(await told(api ?? 0)).toBe('SYNC_SERVER_IDENTITY');
    expect(await told(9)).toBe('SYNC_SERVER_IDENTITY');
  });

  // Would catch: plain text on the TLS port, or a page through a gateway with the right certificate, told as a defect.
  it('is known by plain text and by pages through a gateway of ours', async () => {
    const plain = await servers.http(page);
    const gateway = await servers.tls(page);
    expect(await outcome(lineTo([`https://127.0.0.1:${plain}`], gateway.ca))).toBe('SYNC_PORTAL');
    expect(await outcome(lineTo([gateway.address], gateway.ca))).toBe('SYNC_PORTAL');
  });
});

describe('endpoints', () => {
  // Would catch: an endpoint that takes connections and says nothing, or one that is somebody else's, stopping the line.
  it('are left for one that answers', async () => {
    const { address, ca } = await servers.tls(ok);
    const stranger = await servers.tls(ok);
    const mute = `https://127.0.0.1:${await servers.mute()}`;
    const line = lineTo([mute, stranger.address, 'https://127.0.0.1:9', address], ca);
    expect(await outcome(line)).toEqual({ ok: 1 });
    expect(line.endpoints.map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'failed',
      'used',
    ]);
  });
});

describe('a line that is cut', () => {
  // Would catch: bytes fetched twice after a cut, a hole at the cut, or a download given up because it is cut often.
  it('costs at most 5 % more with a cut every 3 MB', async () => {
    const object = randomBytes(12_000_000);
    const sha256 = createHash('sha256').update(object).digest('hex');
    const { address, ca } = await servers.tls((request, response) => {
      const range = parseRange(request.headers.range, object.length);
      const { from, to } = range ?? { from: 0, to: object.length - 1 };
      response.writeHead(range ? 206 : 200, {
        'content-type': 'application/octet-stream',
        'content-length': to - from + 1,
      });
      response.end(object.subarray(from, to + 1));
    });
    const folder = await mkdtemp(join(tmpdir(), 'fieldcert-cut-'));
    const port = Number(new URL(address).port);
    const fetched = async (everyBytes: number) => {
      const cut = await servers.cutting(port, everyBytes);
      const line = lineTo([`https://127.0.0.1:${cut.port}`], ca);
      const loader = new Downloader(
        line,
        join(folder, String(everyBytes)),
        () => '/o',
        () => {},
      );
      const { signal } = new AbortController();
      const bytes = await withRetries(
        { ...systemTiming, random: () => 0 },
        signal,
        () => loader.fetch({ sha256, bytes: object.length }, signal),
        () => loader.received,
      );
      expect(bytes.equals(object)).toBe(true);
      return cut.down();
    };
    try {
      const whole = await fetched(1e9);
      expect(await fetched(3_000_000)).toBeLessThanOrEqual(whole * 1.05);
      // Every cut before the headers of an answer are whole brings nothing: that line is broken.
      await expect(fetched(500)).rejects.toMatchObject({ code: 'SYNC_INTERRUPTED' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
