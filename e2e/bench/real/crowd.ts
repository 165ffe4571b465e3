import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { boxSubtle } from '../../../server/keys/key-provider';
import { enrolTestDevice, type TestDevice } from '../../../server/test/device';
import { ulid } from '../../../shared/kernel/ids';
import { outboxContext, PATHS } from '../../../shared/protocol/endpoints';
import { ManifestSchema } from '../../../shared/protocol/manifest';
import { signedBytes } from '../../../shared/protocol/outbox';
import { sealBox } from '../../../shared/protocol/sealed-box';
import type { ChildProgram } from '../frame/child';

/** One request of one device. */
export interface Asked {
  readonly what: string;
  readonly ms: number;
  readonly bytes: number;
  readonly isFault: boolean;
}

interface Member {
  readonly device: TestDevice;
  readonly cursor: string;
  readonly tag: string;
  /** Its first command, signed and sealed before the clock runs. */
  readonly command: string;
}

/** Enrolments at once: keys are made here, on the server's own machine. */
const HANDS = 8;
let members: Member[] = [];

async function firstCommand({ answer, signingKey }: TestDevice): Promise<string> {
  const { deviceId, boxCertificate } = answer;
  const spki = new X509Certificate(boxCertificate).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  const payload = Buffer.from(JSON.stringify({ topic: 'other', text: '晨间', program: 'bench' }));
  const sealed = await sealBox(
    boxSubtle,
    new Uint8Array(spki),
    payload,
    outboxContext(deviceId, 1),
  );
  const unsigned = {
    device: deviceId,
    dseq: 1,
    key: ulid(Date.now(), randomBytes(10)),
    kind: 'feedback',
    actor: 'u',
    payload: Buffer.from(sealed).toString('base64'),
    atMs: Date.now(),
    previous: null,
    sig: '',
  };
  const how = { key: signingKey, dsaEncoding: 'ieee-p1363' } as const;
  const command = {
    ...unsigned,
    sig: sign('sha256', signedBytes(unsigned), how).toString('base64url'),
  };
  return JSON.stringify({ commands: [command] });
}

/** One of the loopback addresses: the server bounds enrolments by address. */
const addressOf = (at: number): string => `127.1.${at >> 8}.${at & 255}`;

async function join(url: string, code: string, from: string): Promise<Member> {
  const device = await enrolTestDevice(url, code, from);
  const raw = await device.get(PATHS.manifest);
  const manifest = await device.open(JSON.parse(raw.body.toString('utf8')), ManifestSchema);
  const { payload } = JSON.parse(raw.body.toString('utf8')) as { payload: string };
  const tag = createHash('sha256').update(payload, 'utf8').digest('hex');
  return { device, cursor: manifest.cursor, tag: `"${tag}"`, command: await firstCommand(device) };
}

/** Enrols a device for each code. */
async function enrol(input: {
  readonly url: string;
  readonly codes: readonly string[];
}): Promise<void> {
  const left = [...input.codes];
  const hand = async () => {
    for (let code = left.pop(); code !== undefined; code = left.pop()) {
      members.push(await join(input.url, code, addressOf(left.length)));
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
}

interface Line {
  readonly url: string;
  readonly agent: Agent;
}

function ask(
  line: Line,
  what: string,
  path: string,
  how: { readonly body?: string; readonly tag?: string } = {},
): Promise<Asked> {
  const start = performance.now();
  return new Promise((resolve) => {
    let bytes = 0;
    const end = (isFault: boolean) =>
      resolve({ what, ms: performance.now() - start, bytes, isFault });
    const outgoing = request(
      new URL(path, line.url),
      {
        agent: line.agent,
        method: how.body === undefined ? 'GET' : 'POST',
        headers: {
          ...(how.tag === undefined ? {} : { 'if-none-match': how.tag }),
          ...(how.body === undefined
            ? {}
            : {
                'content-type': 'application/json',
                'content-length': String(Buffer.byteLength(how.body)),
              }),
        },
      },
      (answer) => {
        answer.on('data', (part: Buffer) => {
          bytes += part.length;
        });
        answer.on('end', () => end(![200, 304].includes(answer.statusCode ?? 0)));
        answer.on('error', () => end(true));
      },
    );
    outgoing.on('error', () => end(true));
    outgoing.end(how.body);
  });
}

/** What an office does in the morning, over one connection: one request after another, without a pause. */
async function morning({ device, cursor, tag, command }: Member): Promise<Asked[]> {
  const { url, ca, cert, key } = device.line;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, minVersion: 'TLSv1.3', ca, cert, key });
  const line = { url, agent };
  try {
    return [
      await ask(line, 'manifest', PATHS.manifest, { tag }),
      await ask(line, 'statements', PATHS.statements),
      await ask(line, 'changes', `${PATHS.changes}?cursor=${cursor}`),
      await ask(line, 'outbox', PATHS.outbox, { body: command }),
      await ask(line, 'checkpoint', PATHS.checkpoint),
    ];
  } finally {
    agent.destroy();
  }
}

/** All devices at once. `gapMs`: how far apart they come in all, spread evenly. */
async function crowd({ gapMs }: { readonly gapMs: number }): Promise<readonly Asked[]> {
  const all = await Promise.all(
    members.map(async (member, at) => {
      await new Promise((resolve) => setTimeout(resolve, (gapMs * at) / members.length));
      return morning(member);
    }),
  );
  members = [];
  return all.flat();
}

const calls = { enrol, crowd };
export type CrowdCalls = typeof calls;

/** Many devices of one region in a process of their own: real keys, certificates and connections. */
export const crowdProgram: ChildProgram<CrowdCalls> = { name: 'crowd', calls };
