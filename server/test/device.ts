import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { request } from 'node:https';
import type { z } from 'zod';
import { enrolProofText, PATHS, regionKeysContext } from '../../shared/protocol/endpoints';
import {
  type EnrolAnswer,
  EnrolAnswerSchema,
  type EnrolRequest,
  type RegionKeys,
  RegionKeysSchema,
} from '../../shared/protocol/enrol';
import { parseEnrolCode, sixtyBits } from '../../shared/protocol/enrol-code';
import { openBox } from '../../shared/protocol/sealed-box';
import { openStatement } from '../../shared/protocol/signed-statement';
import { boxSubtle } from '../keys/key-provider';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Where to and as whom. */
export interface Line {
  readonly url: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Address of our own to call from: enrolments are counted by it. */
  readonly from?: string;
}

/** One request over a connection of its own. */
export function ask(
  line: Line,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const json = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, line.url),
      {
        method: json === undefined ? 'GET' : 'POST',
        agent: false,
        minVersion: 'TLSv1.3',
        ...(line.ca === undefined ? { rejectUnauthorized: false } : { ca: line.ca }),
        ...(line.cert === undefined ? {} : { cert: line.cert }),
        ...(line.key === undefined ? {} : { key: line.key }),
        ...(line.from === undefined ? {} : { localAddress: line.from }),
        headers: {
          ...headers,
          ...(json === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(json.length) }),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts),
          }),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(json);
  });
}

const spkiOf = (key: KeyObject): string =>
  key.export({ type: 'spki', format: 'der' }).toString('base64');
const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Keys of a device before it enrols, and the request that it makes of a code. */
export function deviceKeys(secret: string) {
  const [tls, box, signing, control] = [newPair(), newPair(), newPair(), newPair()];
  const [tlsKey, boxKey, signKey, controlKey] = [tls, box, signing, control].map(({ publicKey }) =>
    spkiOf(publicKey),
  ) as [string, string, string, string];
  const text = Buffer.from(enrolProofText(secret, tlsKey, boxKey, signKey, controlKey));
  const proof = sign('sha256', text, { key: tls.privateKey, dsaEncoding: 'ieee-p1363' }).toString(
    'base64',
  );
  const enrolment: EnrolRequest = {
    secret,
    device: { name: 'test', tlsKey, boxKey, signKey, controlKey, proof },
    program: 'test 0',
  };
  return { tls, box, signing, control, enrolment };
}

/** An enrolled device with what it needs to read the server's answers. */
export interface TestDevice {
  readonly answer: EnrolAnswer;
  /** Its line to the server, for requests of the caller's own making. */
  readonly line: Line;
  readonly keys: RegionKeys;
  readonly signingKey: KeyObject;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<RawAnswer>;
  readonly post: (
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ) => Promise<RawAnswer>;
  readonly controlKey: KeyObject;
  /** Opens what is sealed to the device. */
  readonly boxKey: KeyObject;
  /** The same over the control certificate. */
  readonly control: Pick<TestDevice, 'get' | 'post'>;
  /** Opens a signed statement of the server. */
  readonly open: <T>(envelope: unknown, schema: z.ZodType<T>) => Promise<T>;
}

/** Enrols as the product does: the CA is recognised by the code's prefix before anything is believed. */
export async function enrolTestDevice(
  url: string,
  code: string,
  from?: string,
): Promise<TestDevice> {
  const parsed = parseEnrolCode(code);
  if (!parsed.ok) throw new Error(parsed.error);
  const { tls, box, signing, control, enrolment } = deviceKeys(parsed.value.secret);
  const raw = await ask({ url, ...(from === undefined ? {} : { from }) }, PATHS.enrol, enrolment);
  if (raw.status !== 200) throw new Error(raw.body.toString('utf8'));
  const answer = EnrolAnswerSchema.parse(JSON.parse(raw.body.toString('utf8')));
  const ca = new X509Certificate(answer.ca);
  const fingerprint = createHash('sha256')
    .update(ca.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  if (sixtyBits(fingerprint) !== parsed.value.caPrefix) throw new Error('another CA');
  const statementCertificate = new X509Certificate(answer.statementCertificate);
  if (!statementCertificate.verify(ca.publicKey)) throw new Error('statement certificate');
  const spki = statementCertificate.publicKey.export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  const pkcs8 = new Uint8Array(box.privateKey.export({ type: 'pkcs8', format: 'der' }));
  const opened = await openBox(
    boxSubtle,
    pkcs8,
    Buffer.from(answer.sealedKeys, 'base64'),
    regionKeysContext(answer.deviceId),
  );
  if (!opened.ok) throw new Error(opened.error);
  const line = {
    url,
    ca: answer.ca,
    cert: answer.tlsCertificate,
    key: tls.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const controlLine = {
    ...line,
    cert: answer.controlCertificate ?? '',
    key: control.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  return {
    answer,
    line,
    keys: RegionKeysSchema.parse(JSON.parse(Buffer.from(opened.value).toString('utf8'))),
    signingKey: signing.privateKey,
    controlKey: control.privateKey,
    boxKey: box.privateKey,
    control: {
      get: (path, headers) => ask(controlLine, path, undefined, headers),
      post: (path, body) => ask(controlLine, path, body),
    },
    get: (path, headers) => ask(line, path, undefined, headers),
    post: (path, body, headers) => ask(line, path, body, headers),
    open: async (envelope, schema) => {
      const statement = await openStatement(envelope, schema, {
        keys: new Map([[kid, new Uint8Array(spki)]]),
        verify: (der, bytes, signature) =>
          verify(
            'sha256',
            bytes,
            {
              key: createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }),
              dsaEncoding: 'ieee-p1363',
            },
            signature,
          ),
        nowMs: Date.now(),
      });
      if (!statement.ok) throw new Error(statement.error);
      return statement.value;
    },
  };
}
