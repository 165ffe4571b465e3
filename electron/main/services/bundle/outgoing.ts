import { AppError } from '../../../../shared/errors/app-error';
import type { OutgoingPreview } from '../../../../shared/ipc/routes/bundle';
import {
  BUNDLE_VERSION,
  type BundleWishes,
  type EvidenceFile,
  MAX_OUTGOING,
  type Outgoing,
} from '../../../../shared/protocol/bundle';
import type { ControlReceipt } from '../../../../shared/protocol/control';
import type { OutboxCommand } from '../../../../shared/protocol/outbox';
import type { StoreCaller } from '../../clients/store-client';
import type { StickPictures } from '../attachments/stick-pictures';
import type { EvidenceService } from '../evidence/evidence';
import type { WaitingFile } from '../evidence/evidence-folder';
import type { NationalService } from '../national/national';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { DeviceReports } from '../report/report';
import type { SessionHolder } from '../unlock/session';
import { outgoingName, sealOutgoing, writeOutgoing } from './outgoing-file';
import { type OutgoingPart, OutgoingSplit } from './outgoing-parts';

/** Fact of the journal: when the last outgoing bundle was written, UTC ms. */
const WRITTEN_FACT = 'bundle.written';
const COMMANDS_AT_ONCE = 100;
/** Whose answer comes with bundles of version 6 alone. */
const CROSS_REGION_KINDS: ReadonlySet<string> = new Set(['cross-region-request', 'approval']);

export interface OutgoingParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  readonly reports: DeviceReports;
  readonly outbox: Pick<OutboxService, 'queueAudit'>;
  readonly pictures: Pick<StickPictures, 'wishes'>;
  readonly evidence: Pick<EvidenceService, 'forStick' | 'readBox'>;
  /** Rows of the slice differ from what was signed. */
  isDiffering(): Promise<boolean>;
  /** The national status filter that is held. */
  readonly national: Pick<NationalService, 'facts'>;
  /** Requests to other regions: which grants' rows are here, and whether the centre ever spoke of any. */
  readonly grants: { held(): Promise<readonly string[]>; isConcerned(): Promise<boolean> };
  /** It is not of today, or missing: the next bundle may bring one. */
  isNationalOld(): boolean;
  /** Receipts of directives that the server has not confirmed. */
  receipts(): readonly ControlReceipt[];
  chooseFolder(): Promise<string | null>;
}

/** What was written; `files` null: the person chose no folder. */
export interface Written {
  readonly files: readonly string[] | null;
  readonly commands: number;
  readonly evidence: number;
  readonly bytes: number;
}

/** What waits for the server, onto a stick. Nothing counts as sent for it: verdicts come back by line or stick. */
export class OutgoingBundles {
  constructor(private readonly parts: OutgoingParts) {}

  async preview(): Promise<OutgoingPreview> {
    const { store, reports, receipts } = this.parts;
    const { pending, failures } = await reports.make();
    const lastMs = await store.call('factGet', { name: WRITTEN_FACT });
    const files = await this.parts.evidence.forStick();
    const { pictures, needsWhole } = await this.wishes();
    return {
      commands: pending,
      receipts: receipts().length,
      failures: failures.length,
      evidence: files.length,
      evidenceBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      pictures: pictures.length,
      needsWhole,
      lastMs: lastMs === null ? null : Number(lastMs),
    };
  }

  /** Asks for a folder and writes, in the log before. Throws FORBIDDEN, DISK_FULL, DISK_READ_ONLY, BUNDLE_GONE; then no file is left half. */
  async write(): Promise<Written> {
    const { store, sessions, nowMs, outbox, reports, receipts, chooseFolder } = this.parts;
    const folder = await chooseFolder();
    if (folder === null) return { files: null, commands: 0, evidence: 0, bytes: 0 };
    const { office, keys, view } = sessions.demand();
    const signKey = keys.peek('deviceSign');
    if (signKey === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
    const payload = { route: 'bundle.export' };
    await store.call('auditAppend', { kind: 'bundle-exported', actor: view.userId, payload });
    await outbox.queueAudit();
    const report = await reports.make();
    const own = await this.split();
    const wishes = await this.wishes();
    const hasMore =
      this.parts.isNationalOld() ||
      // So that it may say how they stand.
      (await this.parts.grants.isConcerned()) ||
      own.some(({ commands }) => commands.some(({ kind }) => CROSS_REGION_KINDS.has(kind))) ||
      view.role === 'approver' ||
      wishes.needsWhole ||
      wishes.pictures.length > 0 ||
      own.some(({ evidence }) => evidence.length > 0);
    const madeMs = nowMs();
    // Each made when its turn comes: evidence is large.
    const contents: (() => Promise<Outgoing>)[] = own.map(({ commands, evidence }) => async () => {
      const plain = { commands, receipts: receipts().slice(-MAX_OUTGOING.receipts), report };
      // A server of before takes what needs no more than it knows.
      return hasMore ? { ...plain, wishes, evidence: await this.boxesOf(evidence) } : plain;
    });
    const held = await this.held();
    // A server of before refuses such a file whole: it stands by itself, behind all that it can take.
    if (held !== null)
      contents.push(async () => ({
        ...{ commands: [], receipts: [], report },
        wishes: { ...wishes, ...held },
      }));
    const files: string[] = [];
    let bytes = 0;
    for (const [i, make] of contents.entries()) {
      // Of two tellings the later counts, in whatever order they are handed in.
      const place = { part: i + 1, parts: contents.length, madeMs: madeMs + i };
      const sealed = await sealOutgoing(office, signKey, await make(), place);
      const name = outgoingName(office.deviceId, { ...place, madeMs });
      await writeOutgoing(folder, name, sealed);
      files.push(name);
      bytes += sealed.length;
    }
    await store.call('factSet', { name: WRITTEN_FACT, value: String(madeMs) });
    const sum = { commands: 0, evidence: 0 };
    for (const { commands, evidence } of own) {
      sum.commands += commands.length;
      sum.evidence += evidence.length;
    }
    return { files, ...sum, bytes };
  }

  private async wishes(): Promise<BundleWishes> {
    const wished = await this.parts.pictures.wishes();
    return { reads: BUNDLE_VERSION, ...wished, needsWhole: await this.parts.isDiffering() };
  }

  /** What need not come again, or only as what differs; null where there is nothing. */
  private async held(): Promise<Pick<BundleWishes, 'holdsFilter' | 'holdsGrants'> | null> {
    const filter = this.parts.national.facts?.filter.sha256;
    const grants = (await this.parts.grants.held()).slice(0, 100);
    if (filter === undefined && grants.length === 0) return null;
    return {
      ...(filter === undefined ? {} : { holdsFilter: filter }),
      ...(grants.length === 0 ? {} : { holdsGrants: [...grants] }),
    };
  }

  private async boxesOf(files: readonly WaitingFile[]): Promise<EvidenceFile[]> {
    const boxes: EvidenceFile[] = [];
    for (const { sha256 } of files)
      boxes.push({ sha256, box: (await this.parts.evidence.readBox(sha256)).toString('base64') });
    return boxes;
  }

  /**
   * Commands without a verdict and what follows them, then evidence, in files of a bearable size; one file at
   * least. Evidence never stands before the command that names it.
   */
  private async split(): Promise<readonly OutgoingPart[]> {
    const { store, evidence } = this.parts;
    const waiting = await evidence.forStick();
    const split = new OutgoingSplit();
    for (let from: number | null = null; ; ) {
      const commands: readonly OutboxCommand[] = await store.call('outboxPending', {
        from,
        limit: COMMANDS_AT_ONCE,
      });
      for (const command of commands) split.addCommand(command);
      const last = commands.at(-1);
      if (last === undefined) break;
      from = last.dseq + 1;
    }
    // What was told since is not among the commands here.
    for (const file of waiting) split.addEvidence(file);
    return split.parts;
  }
}
