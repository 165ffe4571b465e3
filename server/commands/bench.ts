import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import type { Device } from '../store/devices';
import type { ReceivedCommand } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';

/** Where a command is judged: in the transaction that keeps it. */
export interface Bench {
  readonly runner: SqlRunner;
  readonly keys: KeyProvider;
  /** Names our statement key. */
  readonly kid: string;
  readonly statements: StatementWriter;
  readonly device: Device;
  readonly command: Pick<ReceivedCommand, 'dseq' | 'kind' | 'actor' | 'base'>;
  readonly nowMs: number;
  /** A moment by which the command was here already, by our own signed word; null where nothing proves one. */
  readonly provenMs: number | null;
  /** Two persons accepted that a signature came after the end of its certificate. */
  readonly isLateAccepted: boolean;
  /** Authorities whose signing certificates count, DER; empty: the issuer is not judged. */
  readonly signerRoots: readonly Uint8Array[];
}
