import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Release } from '../../shared/protocol/release-metadata';
import {
  type Lists,
  listsOf,
  type RoleKeys,
  rootOf,
  SHORT_LIVED,
  signedBy,
  someRelease,
} from '../../shared/protocol/test/release-keys';

/** What a server of releases offers, by path; tests change it as an attacker would. */
export type Site = Map<string, Buffer>;

export const fileOf = (bytes: Buffer, name = 'FieldCert-1.1.0-x64.AppImage') => ({
  name,
  platform: 'linux' as const,
  arch: 'x64' as const,
  kind: 'AppImage' as const,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export const rootText = (keys: RoleKeys, version = 1): string =>
  signedBy(rootOf(keys, version, { expiresMs: 9e15 }), keys.root.slice(0, 2));

/** A site with one state of the lists. */
export function siteOf(
  keys: RoleKeys,
  version: number,
  releases: readonly Release[],
  files: Readonly<Record<string, Buffer>>,
  until = SHORT_LIVED,
): Site {
  const lists: Lists = listsOf(keys, version, releases, until);
  const site: Site = new Map(
    Object.entries(files).map(([name, bytes]) => [`/files/${name}`, bytes]),
  );
  const put = (name: string, text: string) => site.set(`/metadata/${name}`, Buffer.from(text));
  put('1.root.json', rootText(keys));
  put('timestamp.json', lists.timestamp);
  put('stick.json', lists.stick);
  put(`${version}.snapshot.json`, lists.snapshot);
  put(`${version}.targets.json`, lists.targets);
  return site;
}

/** A site whose one release is of so many random bytes. */
export function someSite(keys: RoleKeys, bytes: number) {
  const content = randomBytes(bytes);
  const file = fileOf(content);
  const release = someRelease({ files: [file] });
  return { content, file, release, site: siteOf(keys, 1, [release], { [file.name]: content }) };
}

export interface Manners {
  /** Cuts the connection after so many bytes of a body. */
  cutAfter?: number;
  hasRange: boolean;
  tag: string | null;
  /** Sends on to the end of a file whatever was asked for. */
  isEndless?: boolean;
  /** Answers in the server's place; true: it did. */
  instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A plain server with Range and If-Range, and whatever manners a test gives it. Counts the bytes of bodies. */
export async function serveSite(site: Site, manners: Manners) {
  let sent = 0;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? ''}`.trim());
    if (manners.instead?.(request, response) === true) return;
    const bytes = site.get(request.url ?? '');
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const isSame =
      request.headers['if-range'] === undefined || request.headers['if-range'] === manners.tag;
    const isPart = manners.hasRange && range !== null && isSame;
    const from = isPart ? Number(range[1]) : 0;
    const end =
      !isPart || range[2] === '' || manners.isEndless
        ? bytes.length
        : Math.min(bytes.length, Number(range[2]) + 1);
    const body = bytes.subarray(from, end);
    response.writeHead(isPart ? 206 : 200, {
      'Content-Length': body.length,
      ...(isPart ? { 'Content-Range': `bytes ${from}-${end - 1}/${bytes.length}` } : {}),
      ...(manners.tag === null ? {} : { ETag: manners.tag }),
    });
    const isCut =
      request.url?.startsWith('/files/') === true &&
      manners.cutAfter !== undefined &&
      body.length > manners.cutAfter;
    const part = isCut ? body.subarray(0, manners.cutAfter) : body;
    sent += part.length;
    if (isCut) response.write(part, () => response.destroy());
    else response.end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    sent: () => sent,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
