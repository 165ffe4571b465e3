import { brotliDecompressSync } from 'node:zlib';
import { OLDEST_SCHEMA, SCHEMA_VERSION } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import {
  CHECKPOINT_HEADER,
  CHECKPOINT_PACKED_HEADER,
  PATHS,
} from '../../../../shared/protocol/endpoints';
import {
  type Checkpoint,
  CheckpointSchema,
  type Manifest,
  ManifestSchema,
} from '../../../../shared/protocol/manifest';
import { manifestFault } from '../../../../shared/protocol/manifest-fault';
import {
  MAX_MOVES_BYTES,
  type Move,
  type Moves,
  MovesAnswerSchema,
  MovesSchema,
} from '../../../../shared/protocol/moves';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';
import type { StatementChecks } from '../unlock/statement-checks';
import type { Line } from './line';
import { manifestHash } from './manifest-hash';
import { pageRows } from './page-size';

const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
const MAX_STATEMENTS_BYTES = 2 * 1024 * 1024;
const MAX_CHECKPOINT_CHARACTERS = 64 * 1024;

/** What a delta request answers: the object as it came, and its checkpoint when the server adds one. */
export interface RemotePage {
  readonly object: Uint8Array;
  readonly checkpoint: Checkpoint | null;
  /** What signs the checkpoint, as it came. */
  readonly envelope?: unknown;
}

/** A verified state of the region with the envelope as it came, for proving it again later. */
export interface RemoteHead {
  readonly checkpoint: Checkpoint;
  readonly envelope: unknown;
}

/** Statements as they came, unopened. */
export interface Statements {
  readonly statements: readonly unknown[];
  readonly tag: string | null;
}

/** A verified manifest with the envelope as it came, for going on with the same one later. */
export interface RemoteManifest {
  readonly manifest: Manifest;
  readonly envelope: unknown;
}

/** What the server signed of moves, verified; `list` is not, until it is hashed. */
export interface RemoteMoves {
  readonly moves: Moves;
  readonly envelope: unknown;
  readonly list: readonly Move[] | null;
}

/** The server's answers, verified: what comes out of here is signed, well-formed and of our region. */
export class Remote {
  private known: RemoteManifest | null = null;

  constructor(
    private readonly line: Line,
    private readonly checks: StatementChecks,
    private readonly region: string,
  ) {}

  /** The present manifest; the one that was had before costs a few bytes where it is the present one still. */
  async manifest(signal: AbortSignal): Promise<RemoteManifest> {
    const { known } = this;
    const headers: Record<string, string> =
      known === null ? {} : { 'If-None-Match': `"${manifestHash(known.envelope)}"` };
    const ask = { path: PATHS.manifest, signal, headers };
    const answer = await this.line.getWithHeaders(ask, 'application/json', MAX_MANIFEST_BYTES);
    if (answer.status === 304 && known !== null) return known;
    this.known = await this.openManifest(parseAnswer(answer.body, ask.path));
    return this.known;
  }

  /** Whether a manifest is at hand to ask with. */
  get hasManifest(): boolean {
    return this.known !== null;
  }

  /** Takes up one that was kept; one that does not verify any more is as good as none. */
  async takeUp(envelope: unknown): Promise<void> {
    this.known = await this.openManifest(envelope).catch(() => null);
  }

  /** Verifies a manifest envelope, fresh or kept. Its age is the freshness display's matter. */
  async openManifest(envelope: unknown): Promise<RemoteManifest> {
    const opened = await this.checks.openTimeless(envelope, ManifestSchema);
    if (!opened.ok) throw statementError(opened.error);
    const manifest = opened.value;
    if (manifest.region !== this.region || manifest.base.region !== this.region) {
      throw new AppError('SYNC_SIGNATURE_BAD', {}, `manifest of region ${manifest.region}`);
    }
    if (manifest.base.epoch !== manifest.epoch)
      throw new AppError('SYNC_SIGNATURE_BAD', {}, 'manifest of mixed epochs');
    const { min, max } = manifest.schema;
    if (min > SCHEMA_VERSION) throw new AppError('SYNC_SCHEMA_UNSUPPORTED');
    if (max < OLDEST_SCHEMA) throw new AppError('SYNC_SERVER_OUTDATED');
    const fault = manifestFault(manifest);
    if (fault !== undefined) throw new AppError('SYNC_INCOMPLETE', {}, `manifest: ${fault}`);
    return { manifest, envelope };
  }

  /** The changes after a cursor, as many as the line carries well. */
  async page(cursor: string, signal: AbortSignal): Promise<RemotePage> {
    const query = new URLSearchParams({ cursor, maxRows: String(pageRows(this.line.pace)) });
    const packed = { [CHECKPOINT_PACKED_HEADER]: 'br' };
    const ask = { path: `${PATHS.changes}?${query.toString()}`, signal, headers: packed };
    const { body, headers } = await this.line.getWithHeaders(
      ask,
      'application/octet-stream',
      MAX_OBJECT_BYTES,
    );
    const header = headers[CHECKPOINT_HEADER];
    if (header === undefined) return { object: body, checkpoint: null };
    const isPacked = headers[CHECKPOINT_PACKED_HEADER] === 'br';
    return { object: body, ...(await this.checkpoint(header, isPacked)) };
  }

  /** Where certificates went, signed as of the head; the list itself where it is another than `have`. */
  async moves(have: string, signal: AbortSignal): Promise<RemoteMoves> {
    const ask = { path: `${PATHS.moves}?have=${have}`, signal };
    const answer = MovesAnswerSchema.safeParse(await this.line.json(ask, MAX_MOVES_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'moves');
    const { statement: envelope, list } = answer.data;
    const opened = await this.checks.openTimeless(envelope, MovesSchema);
    if (!opened.ok) throw statementError(opened.error);
    if (opened.value.region !== this.region)
      throw new AppError('SYNC_SIGNATURE_BAD', {}, 'moves of another region');
    return { moves: opened.value, envelope, list };
  }

  /** The region's state as it is now, signed. */
  async head(signal: AbortSignal): Promise<RemoteHead> {
    const ask = { path: PATHS.checkpoint, signal };
    return this.openCheckpoint(await this.line.json(ask, MAX_CHECKPOINT_CHARACTERS));
  }

  /**
   * Role, lease and office statements in force for this device, unopened, with the tag to ask with next time. Null:
   * nothing changed since the version that `tag` names.
   */
  async statements(signal: AbortSignal, tag: string | null = null): Promise<Statements | null> {
    const headers: Record<string, string> = tag === null ? {} : { 'If-None-Match': tag };
    const ask = { path: PATHS.statements, signal, headers, priority: 'directive' } as const;
    const answer = await this.line.getWithHeaders(ask, 'application/json', MAX_STATEMENTS_BYTES);
    if (answer.status === 304 && tag !== null) return null;
    const body = parseAnswer(answer.body, ask.path);
    const list = (body as { readonly statements?: unknown } | null)?.statements;
    if (!Array.isArray(list) || list.length > 500) throw new AppError('SYNC_PROTOCOL');
    const statements = list.filter((one) => SignedStatementSchema.safeParse(one).success);
    return { statements, tag: tagOf(answer.headers.etag) };
  }

  private async checkpoint(header: string | string[], isPacked: boolean): Promise<RemoteHead> {
    const text = Array.isArray(header) ? '' : header;
    if (text.length > MAX_CHECKPOINT_CHARACTERS) throw new AppError('SYNC_PROTOCOL');
    let envelope: unknown;
    try {
      const sent = Buffer.from(text, 'base64url');
      const plain = isPacked
        ? brotliDecompressSync(sent, { maxOutputLength: MAX_CHECKPOINT_CHARACTERS })
        : sent;
      envelope = JSON.parse(plain.toString('utf8'));
    } catch {
      throw new AppError('SYNC_PROTOCOL', {}, 'checkpoint header');
    }
    return this.openCheckpoint(envelope);
  }

  private async openCheckpoint(envelope: unknown): Promise<RemoteHead> {
    const opened = await this.checks.openTimeless(envelope, CheckpointSchema);
    if (!opened.ok) throw statementError(opened.error);
    if (opened.value.region !== this.region) {
      throw new AppError('SYNC_SIGNATURE_BAD', {}, 'checkpoint of another region');
    }
    return { checkpoint: opened.value, envelope };
  }
}

function parseAnswer(body: Buffer, path: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('SYNC_PROTOCOL', {}, `no JSON at ${path}`);
  }
}

/** A tag that may be sent back as it is. */
function tagOf(header: string | undefined): string | null {
  return header !== undefined && /^"[\x21\x23-\x7e]{1,80}"$/.test(header) ? header : null;
}

function statementError(fault: string): AppError {
  return new AppError(fault === 'malformed' ? 'SYNC_PROTOCOL' : 'SYNC_SIGNATURE_BAD', {}, fault);
}
