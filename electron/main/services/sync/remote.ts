import { SCHEMA_VERSION } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import { CHECKPOINT_HEADER, DEFAULT_PAGE_ROWS, PATHS } from '../../../../shared/protocol/endpoints';
import {
  type Checkpoint,
  CheckpointSchema,
  type Manifest,
  ManifestSchema,
} from '../../../../shared/protocol/manifest';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';
import type { StatementChecks } from '../unlock/statement-checks';
import type { Line } from './line';

const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
const MAX_STATEMENTS_BYTES = 2 * 1024 * 1024;
const MAX_CHECKPOINT_CHARACTERS = 64 * 1024;

/** What a delta request answers: the object as it came, and its checkpoint when the server adds one. */
export interface RemotePage {
  readonly object: Uint8Array;
  readonly checkpoint: Checkpoint | null;
}

/** A verified manifest with the envelope as it came, for going on with the same one later. */
export interface RemoteManifest {
  readonly manifest: Manifest;
  readonly envelope: unknown;
}

/** The server's answers, verified: what comes out of here is signed, well-formed and of our region. */
export class Remote {
  constructor(
    private readonly line: Line,
    private readonly checks: StatementChecks,
    private readonly region: string,
  ) {}

  async manifest(signal: AbortSignal): Promise<RemoteManifest> {
    const ask = { path: PATHS.manifest, signal };
    return this.openManifest(await this.line.json(ask, MAX_MANIFEST_BYTES));
  }

  /** Verifies a manifest envelope, fresh or kept. Its age is the freshness display's matter. */
  async openManifest(envelope: unknown): Promise<RemoteManifest> {
    const opened = await this.checks.openTimeless(envelope, ManifestSchema);
    if (!opened.ok) throw statementError(opened.error);
    const manifest = opened.value;
    if (manifest.region !== this.region || manifest.base.region !== this.region) {
      throw new AppError('SYNC_SIGNATURE_BAD', {}, `manifest of region ${manifest.region}`);
    }
    if (manifest.schema.min > SCHEMA_VERSION || manifest.schema.max < SCHEMA_VERSION) {
      throw new AppError('SYNC_SCHEMA_UNSUPPORTED');
    }
    return { manifest, envelope };
  }

  /** The changes after a cursor. */
  async page(cursor: string, signal: AbortSignal): Promise<RemotePage> {
    const query = new URLSearchParams({ cursor, maxRows: String(DEFAULT_PAGE_ROWS) });
    const ask = { path: `${PATHS.changes}?${query.toString()}`, signal };
    const { body, headers } = await this.line.getWithHeaders(
      ask,
      'application/octet-stream',
      MAX_OBJECT_BYTES,
    );
    const header = headers[CHECKPOINT_HEADER];
    if (header === undefined) return { object: body, checkpoint: null };
    return { object: body, checkpoint: await this.checkpoint(header) };
  }

  /** The region's state as it is now, signed. */
  async head(signal: AbortSignal): Promise<Checkpoint> {
    const ask = { path: PATHS.checkpoint, signal };
    return this.openCheckpoint(await this.line.json(ask, MAX_CHECKPOINT_CHARACTERS));
  }

  /** Role, lease and office statements in force for this device, unopened. */
  async statements(signal: AbortSignal): Promise<readonly unknown[]> {
    const answer = await this.line.json(
      { path: PATHS.statements, signal, priority: 'directive' },
      MAX_STATEMENTS_BYTES,
    );
    const list = (answer as { readonly statements?: unknown } | null)?.statements;
    if (!Array.isArray(list) || list.length > 500) throw new AppError('SYNC_PROTOCOL');
    return list.filter((one) => SignedStatementSchema.safeParse(one).success);
  }

  private async checkpoint(header: string | string[]): Promise<Checkpoint> {
    const text = Array.isArray(header) ? '' : header;
    if (text.length > MAX_CHECKPOINT_CHARACTERS) throw new AppError('SYNC_PROTOCOL');
    let envelope: unknown;
    try {
      envelope = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    } catch {
      throw new AppError('SYNC_PROTOCOL', {}, 'checkpoint header');
    }
    return this.openCheckpoint(envelope);
  }

  private async openCheckpoint(envelope: unknown): Promise<Checkpoint> {
    const opened = await this.checks.openTimeless(envelope, CheckpointSchema);
    if (!opened.ok) throw statementError(opened.error);
    if (opened.value.region !== this.region) {
      throw new AppError('SYNC_SIGNATURE_BAD', {}, 'checkpoint of another region');
    }
    return opened.value;
  }
}

function statementError(fault: string): AppError {
  return new AppError(fault === 'malformed' ? 'SYNC_PROTOCOL' : 'SYNC_SIGNATURE_BAD', {}, fault);
}
