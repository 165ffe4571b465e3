import { createHash } from 'node:crypto';
import { parseRange } from '../../../server/http/send-bytes';
import { sealObject } from '../../../server/sync/seal-object';
import { checkpointOf, FRESH_MS } from '../../../server/sync/state';
import { ENTITY_ORDER, SCHEMA_VERSION } from '../../../shared/domain/model';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { idSteps } from '../../../shared/protocol/columns';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../../shared/protocol/endpoints';
import { type Manifest, ManifestSchema, type SegmentRef } from '../../../shared/protocol/manifest';
import type { OutboxCommand } from '../../../shared/protocol/outbox';
import type { SignedStatement } from '../../../shared/protocol/signed-statement';
import type { Chance } from '../world/chance';
import type { Answered, Asked } from '../world/network';
import type { Signing } from './authority';
import { ModelOutbox } from './model-outbox';
import { columnsOf, pageAfter } from './model-pages';
import type { ModelRegion } from './model-region';
import { leavesAsked, nodesAsked, rowsAsked } from './model-repair';

/** How often the server itself does what it must not, each from 0 to 1. */
export interface ServerFaults {
  readonly busy: number;
  /** A page that lacks a row, under a true checkpoint. */
  readonly rowWithheld: number;
  /** A manifest that lacks a segment. */
  readonly segmentWithheld: number;
  /** A cursor of its own that it does not know any more. */
  readonly cursorForgotten: number;
}
export const SOUND_SERVER: ServerFaults = {
  busy: 0,
  rowWithheld: 0,
  segmentWithheld: 0,
  cursorForgotten: 0,
};

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const BYTES_TYPE = { 'content-type': 'application/octet-stream' };
const json = (value: unknown): Answered => ({
  status: 200,
  headers: JSON_TYPE,
  body: Buffer.from(JSON.stringify(value), 'utf8'),
});
const refusal = (status: number, code: string): Answered => ({
  status,
  headers: JSON_TYPE,
  body: Buffer.from(JSON.stringify({ error: { code, message: code } }), 'utf8'),
});

/**
 * The server's side of the protocol without its database: real framing, sealing, signatures and digests over
 * rows in memory, written independently of server/sync, so that it is an oracle for the client.
 */
export class ModelServer {
  readonly outbox = new ModelOutbox();
  faults: ServerFaults = SOUND_SERVER;
  /** Most rows of a page, whatever the client asks for. */
  pageRows = 5;
  private readonly objects = new Map<string, Buffer>();
  private manifest: SignedStatement | null = null;
  private issuedMs = 0;

  constructor(
    readonly region: ModelRegion,
    private readonly signing: Signing,
    private readonly deviceKeys: ReadonlyMap<string, Buffer>,
    private readonly chance: Chance,
    private readonly rowsPerSegment: number,
  ) {}

  /** Publishes the state of this moment: all of it is read before anything is waited for, as in one transaction. */
  async snapshot(): Promise<void> {
    const { region, signing } = this;
    const { keyEpoch } = region.keys;
    // A clock that was set back must not make a manifest look older than the one before.
    const nowMs = Math.max(Date.now(), this.issuedMs + 1);
    this.issuedMs = nowMs;
    const base = checkpointOf(region.code, region.state(), nowMs);
    const { epoch } = region;
    const cursor = this.cursor(region.head, region.head);
    const segments: SegmentRef[] = [];
    for (const { header, content, secret } of this.contents()) {
      const kept = this.keep(await sealObject(header, content, secret, region.keys));
      const { entity, rows, firstId, lastId } = header;
      segments.push({ entity, ...kept, rows, firstId, lastId });
    }
    const reference = {
      format: 'fieldcert-reference',
      version: 1,
      region: region.code,
      issuers: [{ id: 1, name: '签发机关', region: region.code }],
      bodies: [{ id: 1, name: '培训机构', region: region.code }],
    };
    const pack = this.keep(Buffer.from(canonicalJson(reference), 'utf8'));
    const manifest: Manifest = {
      type: 'manifest',
      region: region.code,
      epoch,
      schema: { min: SCHEMA_VERSION, max: SCHEMA_VERSION },
      keyEpoch,
      base,
      cursor,
      segments,
      tiers: [],
      packs: [{ kind: 'reference', id: 'reference', ...pack }],
      previous:
        this.manifest === null
          ? null
          : createHash('sha256').update(this.manifest.payload).digest('hex'),
      issuedMs: nowMs,
      expiresMs: nowMs + FRESH_MS,
    };
    this.manifest = await signing.statements.sign(ManifestSchema.parse(manifest));
  }

  /** What the segments hold, by their order. */
  private contents() {
    const { region } = this;
    return ENTITY_ORDER.flatMap((entity) => {
      const rows = region.sorted(entity);
      return Array.from({ length: Math.ceil(rows.length / this.rowsPerSegment) }, (_, i) => {
        const own = rows.slice(i * this.rowsPerSegment, (i + 1) * this.rowsPerSegment);
        const hidden = columnsOf(entity, own, 'private');
        return {
          header: {
            format: 'fieldcert-segment',
            schema: SCHEMA_VERSION,
            region: region.code,
            keyEpoch: region.keys.keyEpoch,
            entity,
            rows: own.length,
            firstId: own[0]?.id ?? 0,
            lastId: own.at(-1)?.id ?? 0,
          } as const,
          content: {
            ids: idSteps(own.map(({ id }) => id)),
            revs: own.map(({ rev }) => rev),
            columns: columnsOf(entity, own, 'columns'),
          },
          secret: Object.keys(hidden).length === 0 ? undefined : { columns: hidden },
        };
      });
    });
  }

  async serve(asked: Asked): Promise<Answered> {
    const { pathname: path, searchParams: query } = new URL(asked.path, asked.endpoint);
    if (this.chance.isHit(this.faults.busy))
      return this.chance.isHit(0.5)
        ? refusal(429, 'busy')
        : {
            status: 502,
            headers: { 'content-type': 'text/html' },
            body: Buffer.from('<h1>502</h1>'),
          };
    if (path === PATHS.health)
      return json({
        status: 'ok',
        nowMs: Date.now(),
        region: this.region.code,
        head: this.region.head,
      });
    if (path === PATHS.statements) return json({ statements: [] });
    if (path === PATHS.manifest) return json(await this.presentManifest());
    if (path === PATHS.checkpoint) return json(await this.signedState());
    if (path === PATHS.changes)
      return this.changes(query.get('cursor') ?? '', Number(query.get('maxRows')));
    if (path === PATHS.outbox && asked.method === 'POST') return this.takeOutbox(asked);
    if (path.startsWith('/v1/sync/repair') && asked.method === 'POST')
      return this.repair(path, asked);
    if (path.startsWith(objectPath('')))
      return this.object(path.slice(objectPath('').length), asked);
    return refusal(404, 'not-found');
  }

  private async presentManifest(): Promise<SignedStatement | null> {
    const { chance, manifest } = this;
    if (manifest === null || !chance.isHit(this.faults.segmentWithheld)) return manifest;
    const whole = ManifestSchema.parse(JSON.parse(manifest.payload));
    const gone = chance.pick(whole.segments);
    const segments = whole.segments.filter((segment) => segment !== gone);
    // Its counts fit: only the root tells.
    const counts = {
      ...whole.base.counts,
      [gone.entity]: whole.base.counts[gone.entity] - gone.rows,
    };
    const base = { ...whole.base, counts };
    return this.signing.statements.sign({ ...whole, base, segments });
  }

  private keep(object: Buffer): { readonly sha256: string; readonly bytes: number } {
    const sha256 = createHash('sha256').update(object).digest('hex');
    this.objects.set(sha256, object);
    return { sha256, bytes: object.length };
  }

  private signedState(): Promise<SignedStatement> {
    const { region, signing } = this;
    return signing.statements.sign(checkpointOf(region.code, region.state(), Date.now()));
  }

  private cursor(stable: number, position: number): string {
    const body = `${this.region.epoch}.${stable}.${position}`;
    return `${body}.${this.signing.keys.mac('simulated cursor', Buffer.from(body)).toString('hex').slice(0, 16)}`;
  }

  private async changes(cursor: string, maxRows: number): Promise<Answered> {
    const { region } = this;
    const [epoch = '', stable = '', position = ''] = cursor.split('.');
    const place = { stable: Number(stable), position: Number(position) };
    const isOurs =
      epoch === region.epoch &&
      place.position <= region.head &&
      cursor === this.cursor(place.stable, place.position);
    if (!isOurs || this.chance.isHit(this.faults.cursorForgotten))
      return refusal(410, 'cursor-unknown');
    const rows = Math.min(this.pageRows, maxRows);
    const withheld = this.chance.isHit(this.faults.rowWithheld)
      ? this.chance.between(0, 1_000)
      : undefined;
    const { to, hasMore, changes, secret } = pageAfter(region, place, rows, withheld);
    const header = {
      format: 'fieldcert-page',
      schema: SCHEMA_VERSION,
      region: region.code,
      keyEpoch: region.keys.keyEpoch,
      epoch: region.epoch,
      from: place.position,
      to,
      hasMore,
      cursor: this.cursor(hasMore ? place.stable : to, to),
    } as const;
    const proof = hasMore ? null : await this.signedState();
    const body = await sealObject(
      header,
      { changes },
      secret === undefined ? undefined : { changes: secret },
      region.keys,
    );
    const proofHeader =
      proof === null
        ? {}
        : { [CHECKPOINT_HEADER]: Buffer.from(JSON.stringify(proof)).toString('base64url') };
    return { status: 200, headers: { ...BYTES_TYPE, ...proofHeader }, body };
  }

  private async takeOutbox({ device, body }: Asked): Promise<Answered> {
    let commands: OutboxCommand[];
    try {
      ({ commands } = JSON.parse(body.toString('utf8')) as { commands: OutboxCommand[] });
    } catch {
      return refusal(400, 'bad-request');
    }
    const spki = this.deviceKeys.get(device);
    if (spki === undefined) return refusal(401, 'device-unknown');
    const { verdicts, dseq, head } = this.outbox.take(device, spki, commands);
    const receipt = { type: 'receipt', device, dseq, head, atMs: Date.now() };
    return json({ verdicts, receipt: await this.signing.statements.sign(receipt) });
  }

  /** Answers are of the state that is asked for, or refused. */
  private async repair(path: string, { body }: Asked): Promise<Answered> {
    const { region } = this;
    let asked: { epoch: string; rseq: number; asks: never[] };
    try {
      asked = JSON.parse(body.toString('utf8')) as typeof asked;
    } catch {
      return refusal(400, 'bad-request');
    }
    if (asked.epoch !== region.epoch || asked.rseq > region.head)
      return refusal(410, 'cursor-unknown');
    if (asked.rseq < region.head) return refusal(409, 'state-moved');
    const bytes = (found: Uint8Array): Answered => ({
      status: 200,
      headers: BYTES_TYPE,
      body: Buffer.from(found),
    });
    if (path === PATHS.repairNodes) return bytes(nodesAsked(region, asked.asks));
    if (path === PATHS.repairLeaves) return bytes(leavesAsked(region, asked.asks));
    const { changes, secret } = rowsAsked(region, asked.asks);
    const { head } = region;
    const header = {
      format: 'fieldcert-page',
      schema: SCHEMA_VERSION,
      region: region.code,
      keyEpoch: region.keys.keyEpoch,
      epoch: region.epoch,
      from: head,
      to: head,
      hasMore: false,
      cursor: this.cursor(head, head),
    } as const;
    const hidden = secret === undefined ? undefined : { changes: secret };
    return bytes(await sealObject(header, { changes }, hidden, region.keys));
  }

  private object(sha256: string, { headers }: Asked): Answered {
    const bytes = this.objects.get(sha256);
    if (bytes === undefined) return refusal(404, 'not-found');
    const range = parseRange(headers.range, bytes.length);
    if (range === null) return { status: 416, headers: {}, body: Buffer.alloc(0) };
    if (range === undefined) return { status: 200, headers: BYTES_TYPE, body: bytes };
    const part = bytes.subarray(range.from, range.to + 1);
    const where = `bytes ${range.from}-${range.to}/${bytes.length}`;
    return { status: 206, headers: { ...BYTES_TYPE, 'content-range': where }, body: part };
  }
}
