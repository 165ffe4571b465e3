import { Readable } from 'node:stream';
import { sealObject } from '../../../server/sync/seal-object';
import { SCHEMA_VERSION } from '../../../shared/domain/model';
import type { ErrorCode } from '../../../shared/errors/app-error';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../../shared/protocol/endpoints';
import type { Checkpoint, Manifest } from '../../../shared/protocol/manifest';
import { PageHeaderSchema } from '../../../shared/protocol/segment';
import type { SignedStatement } from '../../../shared/protocol/signed-statement';
import type { Lie, Told } from './lying-server';

export const REGION = '3301';
export const OTHER_REGION = '3302';

/** One kind of bad input: what is sent, and what the device has to call it. */
export interface Row {
  readonly name: string;
  /** The failure's code; null: the run succeeds all the same. */
  readonly code: ErrorCode | null;
  readonly lie: Lie;
  /** The lie is about a first load: the device is told that its cursor is unknown and a new snapshot is there. */
  readonly isAboutLoad?: boolean;
  /** How far the device's clock is off, ms. */
  readonly clockMs?: number;
}

/** Answers that were true once, for lies that repeat them. */
export const earlier: { manifest: unknown; page: unknown; strange: SignedStatement | null } = {
  manifest: null,
  page: null,
  strange: null,
};

const at =
  (path: string, lie: Lie): Lie =>
  (told) =>
    told.request.url.startsWith(path) ? lie(told) : told.truth;
const manifest = (lie: Lie): Lie => at(PATHS.manifest, lie);
const object = (lie: Lie): Lie => at(objectPath(''), lie);
const page = (lie: Lie): Lie => at(PATHS.changes, lie);

/** The manifest with changes, signed by the server's own key. */
const resigned = (change: (whole: Manifest) => object): Lie =>
  manifest(async ({ truth, server }) => {
    const whole = JSON.parse((JSON.parse(String(truth)) as SignedStatement).payload) as Manifest;
    return JSON.stringify(await server.parts.statements.sign(change(whole)));
  });

/** As a page for people, whatever was asked. */
const html = ({ reply }: Told, type = 'text/html'): string => {
  void reply.code(200).header('content-type', type);
  return '<html><body>请登录</body></html>';
};

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024, ' ');
}

const flipped = (truth: unknown): Buffer => {
  const bytes = Buffer.from(truth as Buffer);
  const last = bytes.length - 20;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return bytes;
};

/** A page that is sealed anew, with other words in its header and whatever content. */
const resealed = (change: object, content: unknown = { changes: {} }): Lie =>
  page(async ({ truth, server }) => {
    const bytes = truth as Buffer;
    const text = bytes.toString('utf8', 8, 8 + bytes.readUInt32BE(4));
    const { public: _open, private: _shut, ...header } = PageHeaderSchema.parse(JSON.parse(text));
    return sealObject(
      { ...header, ...change },
      content,
      undefined,
      await server.regionKeys(REGION),
    );
  });

/** The page's own proof, of something else. */
const otherProof = (change: object): Lie =>
  page(async ({ reply, truth, server }) => {
    const header = String(reply.getHeader(CHECKPOINT_HEADER) ?? '');
    const envelope = JSON.parse(
      Buffer.from(header, 'base64url').toString('utf8'),
    ) as SignedStatement;
    const state = JSON.parse(envelope.payload) as Checkpoint;
    const proof = await server.parts.statements.sign({ ...state, ...change });
    void reply.header(CHECKPOINT_HEADER, Buffer.from(JSON.stringify(proof)).toString('base64url'));
    return truth;
  });

const YEARS_MS = 10 * 365 * 86_400_000;
const LARGE = 'x'.repeat(200 * 1024 * 1024);

/** Every kind of bad input that issue 4 names, and what it is called. */
export const ROWS: readonly Row[] = [
  {
    name: 'wrong signature',
    code: 'SYNC_SIGNATURE_BAD',
    lie: manifest(({ truth }) => {
      const envelope = JSON.parse(String(truth)) as SignedStatement;
      const sig = `${envelope.sig.startsWith('A') ? 'B' : 'A'}${envelope.sig.slice(1)}`;
      return JSON.stringify({ ...envelope, sig });
    }),
  },
  {
    name: 'signed by another authority',
    code: 'SYNC_SIGNATURE_BAD',
    lie: manifest(() => JSON.stringify(earlier.strange)),
  },
  {
    name: 'wrong region',
    code: 'SYNC_SIGNATURE_BAD',
    lie: resigned((whole) => ({
      ...whole,
      region: OTHER_REGION,
      base: { ...whole.base, region: OTHER_REGION },
    })),
  },
  {
    name: 'rollback to an older manifest',
    code: 'SYNC_ROLLED_BACK',
    lie: manifest(() => earlier.manifest),
  },
  {
    name: 'mixed epochs within a manifest',
    code: 'SYNC_SIGNATURE_BAD',
    lie: resigned((whole) => ({ ...whole, epoch: 'OTHER' })),
  },
  {
    name: 'mixed epochs: a page of another',
    code: 'SYNC_PROTOCOL',
    lie: resealed({ epoch: 'OTHER' }),
  },
  {
    name: 'a page of another region',
    code: 'SYNC_PROTOCOL',
    lie: resealed({ region: OTHER_REGION }),
  },
  {
    name: 'a page that was there before',
    code: 'SYNC_SIGNATURE_BAD',
    lie: page(() => earlier.page),
  },
  {
    name: 'a page without its proof',
    code: 'SYNC_PROTOCOL',
    lie: page(({ reply, truth }) => {
      void reply.removeHeader(CHECKPOINT_HEADER);
      return truth;
    }),
  },
  { name: 'a proof of another state', code: 'SYNC_SIGNATURE_BAD', lie: otherProof({ rseq: 1 }) },
  {
    name: 'a proof of another region',
    code: 'SYNC_SIGNATURE_BAD',
    lie: otherProof({ region: OTHER_REGION }),
  },
  {
    name: 'a page without its rows: they are repaired',
    code: null,
    lie: resealed({}),
  },
  {
    name: 'duplicate segment',
    code: 'SYNC_INCOMPLETE',
    isAboutLoad: true,
    lie: resigned((whole) => ({
      ...whole,
      segments: whole.segments.flatMap((segment, i) => (i === 0 ? [segment, segment] : [segment])),
    })),
  },
  {
    name: 'missing segment',
    code: 'SYNC_INCOMPLETE',
    isAboutLoad: true,
    lie: resigned((whole) => ({
      ...whole,
      segments: whole.segments.filter(({ entity }) => entity !== 'company'),
    })),
  },
  {
    name: 'missing segment, its rows not counted either',
    code: 'SYNC_ROOT_MISMATCH',
    isAboutLoad: true,
    lie: resigned((whole) => ({
      ...whole,
      base: { ...whole.base, counts: { ...whole.base.counts, company: 0 } },
      segments: whole.segments.filter(({ entity }) => entity !== 'company'),
    })),
  },
  {
    name: 'altered bytes of a segment',
    code: 'SYNC_OBJECT_DAMAGED',
    isAboutLoad: true,
    lie: object(({ truth }) => flipped(truth)),
  },
  {
    name: 'altered bytes of a page',
    code: 'SYNC_OBJECT_DAMAGED',
    lie: page(({ truth }) => flipped(truth)),
  },
  {
    name: 'wrong length: shorter',
    code: 'SYNC_INTERRUPTED',
    isAboutLoad: true,
    lie: object(({ reply, truth }) => {
      const part = (truth as Buffer).subarray(0, 40);
      void reply.code(200).removeHeader('content-range').header('content-length', part.length);
      return part;
    }),
  },
  {
    name: 'wrong length: longer',
    code: 'SYNC_OBJECT_DAMAGED',
    isAboutLoad: true,
    lie: object(({ reply, truth }) => {
      const long = Buffer.concat([truth as Buffer, Buffer.alloc(10)]);
      void reply.header('content-length', long.length);
      return long;
    }),
  },
  {
    name: 'endless body of an answer',
    code: 'SYNC_ANSWER_TOO_LARGE',
    lie: manifest(({ reply }) => {
      void reply.removeHeader('content-length');
      return Readable.from(endless());
    }),
  },
  {
    name: 'endless body of an object',
    code: 'SYNC_OBJECT_DAMAGED',
    isAboutLoad: true,
    lie: object(({ reply }) => {
      void reply.removeHeader('content-length');
      return Readable.from(endless());
    }),
  },
  {
    name: 'compression bomb',
    code: 'SYNC_OBJECT_DAMAGED',
    lie: resealed(
      {},
      { changes: { company: { put: { ids: [1], revs: [1], columns: { name: [LARGE] } } } } },
    ),
  },
  {
    name: 'an encoding that nobody asked for',
    code: 'SYNC_PROTOCOL',
    lie: manifest(({ reply, truth }) => {
      void reply.header('content-encoding', 'br');
      return truth;
    }),
  },
  { name: 'HTML instead of JSON', code: 'SYNC_PORTAL', lie: manifest((told) => html(told)) },
  {
    name: '200 with an error page that calls itself JSON',
    code: 'SYNC_PROTOCOL',
    lie: manifest((told) => html(told, 'application/json')),
  },
  {
    name: 'a login page elsewhere',
    code: 'SYNC_PORTAL',
    lie: manifest(({ reply }) => {
      void reply.code(302).header('location', 'http://login.invalid/?user=1');
      return '';
    }),
  },
  {
    name: 'an error of somebody in between',
    code: 'SYNC_PORTAL',
    lie: manifest((told) => {
      const body = html(told);
      void told.reply.code(502);
      return body;
    }),
  },
  {
    name: 'clock of the device ten years behind',
    code: null,
    clockMs: -YEARS_MS,
    lie: ({ truth }) => truth,
  },
  {
    name: 'server from the future',
    code: 'SYNC_SCHEMA_UNSUPPORTED',
    lie: resigned((whole) => ({
      ...whole,
      schema: { min: SCHEMA_VERSION + 1, max: SCHEMA_VERSION + 2 },
    })),
  },
  {
    name: 'client from the past',
    code: 'SYNC_SCHEMA_UNSUPPORTED',
    lie: manifest(({ reply }) => {
      void reply.code(409);
      return JSON.stringify({ error: { code: 'schema-unsupported', message: 'update' } });
    }),
  },
];
