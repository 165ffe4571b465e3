import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { AuditRenewalSchema } from '../../shared/protocol/commands';
import { outboxContext } from '../../shared/protocol/endpoints';
import { readImportAnswer, withDecision } from '../../shared/protocol/imports';
import { DECIDED_BY_PERSON, MAX_DECISION_REASON } from '../../shared/protocol/outbox';
import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import { holdAct } from '../store/admins';
import { beginChain } from '../store/audit-pages';
import {
  commandsUnderReview,
  type Decided,
  type Decision,
  findDecision,
  findForReview,
  findProposal,
  keepDecision,
  keepProposal,
  type Proposal,
  type ReviewRow,
} from '../store/decisions';
import { lastCommand } from '../store/outbox';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { acceptLate } from './accept-late';
import { type Agreed, demandTwo } from './two-persons-rule';

const LISTED = 500;
const MAX_NAME = 80;

export interface ReviewParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly statements: StatementWriter;
  readonly signerRoots: readonly Uint8Array[];
  readonly nowMs: () => number;
}

/** A command that waits for a person, with what it says: parsed JSON, or null where it cannot be read here. */
export interface ReviewItem extends Omit<ReviewRow, 'payload' | 'verdict'> {
  readonly content: unknown;
}

/** Which command, and who looks at it. */
interface Looked {
  readonly device: string;
  readonly dseq: number;
  /** Name or badge of the person. */
  readonly by: string;
}

/** What two persons decide by their signatures. */
export interface ReviewWish extends Omit<Looked, 'by'> {
  readonly verdict: Decided;
  readonly reason: string;
  /** Of the proposal that both looked at. */
  readonly code: string;
}

/**
 * Where persons at the centre decide on commands under review. Two look at each: one proposes verdict and reason, which
 * gives a code that stands for exactly this; another confirms the code. From two administrators on the second look is theirs,
 * by an act that two of them sign. Proposals and decisions are kept for ever.
 */
export class ReviewDesk {
  constructor(private readonly parts: ReviewParts) {}

  /** What waits, the oldest first, 500 at most; of one device where it is named. */
  async list(device: string | null = null): Promise<readonly ReviewItem[]> {
    const rows = await commandsUnderReview(this.parts.client, device, LISTED);
    return Promise.all(rows.map((row) => this.itemOf(row)));
  }

  /**
   * First look: nothing is decided yet. The reason is what the device's people read. Throws RangeError for a command
   * that is not under review.
   */
  async propose(
    { device, dseq, by }: Looked,
    verdict: Decided,
    reason: string,
  ): Promise<{ readonly item: ReviewItem; readonly proposal: Proposal }> {
    const text = textOf(reason, MAX_DECISION_REASON, 'a reason');
    const name = textOf(by, MAX_NAME, 'a name');
    return this.parts.client.transaction(async (runner) => {
      const row = await findForReview(runner, device, dseq);
      if (row?.verdict !== 'needs-review')
        throw new RangeError(`number ${dseq} of device ${device} is not under review`);
      const code = codeOf(row, verdict, text);
      const proposal = { code, verdict, reason: text, by: name, atMs: this.parts.nowMs() };
      await keepProposal(runner, device, dseq, proposal);
      const kept = (await findProposal(runner, device, dseq, code)) ?? proposal;
      return { item: await this.itemOf(row), proposal: kept };
    });
  }

  /**
   * Second look, by another person: decides. The same code again changes nothing. Throws RangeError for a code that
   * nobody proposed, for the person who proposed it, and where it was decided otherwise.
   */
  async confirm({ device, dseq, by }: Looked, code: string): Promise<Decision> {
    // Names are typed: where administrators have keys, their signatures count and no names.
    await demandTwo(this.parts.client, 'a decision on a report', null);
    const name = textOf(by, MAX_NAME, 'a name');
    return this.parts.client.transaction(async (runner) => {
      // Holds the device's row: its commands and its decisions are taken one after the other.
      await lastCommand(runner, device);
      const before = await findDecision(runner, device, dseq);
      if (before?.code === code) return before;
      if (before !== undefined)
        throw new RangeError(`already decided: ${before.verdict} by ${before.confirmedBy}`);
      const row = await findForReview(runner, device, dseq);
      const proposal = await findProposal(runner, device, dseq, code);
      if (row === undefined || proposal === undefined)
        throw new RangeError(`nobody proposed ${code} for number ${dseq} of device ${device}`);
      if (row.verdict !== 'needs-review' || codeOf(row, proposal.verdict, proposal.reason) !== code)
        throw new RangeError(`number ${dseq} of device ${device} is not what was looked at`);
      if (sameName(proposal.by, name))
        throw new RangeError('the second look is for another person than the first');
      const atMs = this.parts.nowMs();
      const { verdict, reason, by: proposedBy } = proposal;
      const decision = { code, verdict, reason, proposedBy, confirmedBy: name, atMs };
      return this.settle(runner, row, decision);
    });
  }

  /**
   * Decides by the act of two persons who signed, whose names the decision has. Throws RangeError where the command is not
   * under review, is not the one that the code stands for, or was decided otherwise.
   */
  async decide(
    { device, dseq, verdict, reason, code }: ReviewWish,
    agreed: Agreed,
  ): Promise<Decision> {
    const text = textOf(reason, MAX_DECISION_REASON, 'a reason');
    return this.parts.client.transaction(async (runner) => {
      await lastCommand(runner, device);
      const before = await findDecision(runner, device, dseq);
      if (before !== undefined)
        throw new RangeError(`already decided: ${before.verdict} by ${before.confirmedBy}`);
      const row = await findForReview(runner, device, dseq);
      if (row?.verdict !== 'needs-review')
        throw new RangeError(`number ${dseq} of device ${device} is not under review`);
      if (codeOf(row, verdict, text) !== code)
        throw new RangeError(`number ${dseq} of device ${device} is not what was looked at`);
      const act = await holdAct(runner, agreed.act);
      const [proposedBy, confirmedBy] = [act?.requestedBy, act?.countersignedBy];
      if (proposedBy === undefined || confirmedBy === undefined || confirmedBy === null)
        throw new RangeError(`act ${agreed.act} is not signed by two`);
      const atMs = this.parts.nowMs();
      const decision = { code, verdict, reason: text, proposedBy, confirmedBy, atMs };
      return this.settle(runner, row, decision);
    });
  }

  private async settle(runner: SqlRunner, row: ReviewRow, decision: Decision): Promise<Decision> {
    const isTaken = decision.verdict === 'applied';
    const said = isTaken ? await this.accept(runner, row, decision.atMs) : null;
    const words = `${DECIDED_BY_PERSON}${decision.reason}`;
    // Of a list its author reads what became of each row, and what the persons said beside it.
    const told = readImportAnswer(said) === undefined ? words : withDecision(said ?? '', words);
    await keepDecision(runner, row.device, row.dseq, decision, told);
    return decision;
  }

  /** What accepting does beside the verdict, and what is said of it. */
  private async accept(runner: SqlRunner, row: ReviewRow, atMs: number): Promise<string | null> {
    let said: string | null = null;
    if (row.reason === 'signer-late') {
      const { statements, keys, signerRoots } = this.parts;
      const content = await this.contentOf(row);
      const parts = { keys, signerRoots, statements, kid: statements.kid };
      said = await acceptLate(parts, runner, row, content ?? new Uint8Array(), atMs);
    }
    if (row.kind !== 'audit-renewal') return said;
    const { content } = await this.itemOf(row);
    await beginChain(runner, row.device, row.dseq, AuditRenewalSchema.parse(content), atMs);
    return said;
  }

  private async itemOf(under: ReviewRow): Promise<ReviewItem> {
    const { payload: _payload, verdict: _verdict, ...row } = under;
    return { ...row, content: parsed(await this.contentOf(under)) };
  }

  private contentOf({ device, dseq, payload }: ReviewRow): Promise<Uint8Array | undefined> {
    return this.parts.keys.openBox(Buffer.from(payload, 'base64'), outboxContext(device, dseq));
  }
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? null : JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

/** Stands for this command with this verdict and this reason. */
function codeOf({ device, dseq, hash }: ReviewRow, verdict: Decided, reason: string): string {
  const text = canonicalJson({ device, dseq, hash, verdict, reason });
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);
}

const sameName = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();

function textOf(text: string, longest: number, what: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > longest)
    throw new RangeError(`${what} of 1 to ${longest} characters is wanted`);
  return trimmed;
}
