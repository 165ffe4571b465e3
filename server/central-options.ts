import type { Day, Role } from '../shared/domain/model';
import type { Change } from './ingest/changes';
import type { SmsGateway } from './sms/gateway';

export interface CentralOptions {
  /** Folder for keys, objects and the embedded database. Absent: everything in memory. */
  readonly dir?: string;
  /** A PostgreSQL server instead of the embedded engine. */
  readonly databaseUrl?: string;
  /** Its search path, where several installations share a database (tests). */
  readonly databaseSchema?: string;
  /** What codes and devices call this centre. */
  readonly name?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Names and addresses that devices call the server by, beside the loopback ones. */
  readonly hostNames?: readonly string[];
  /** How long to wait for another process to let go of `dir`. Default: not at all. */
  readonly waitMs?: number;
  readonly log?: (line: string) => void;
  /** Told of every request: an access log. */
  readonly seen?: (method: string, address: string) => void;
  readonly nowMs?: () => number;
  /** What sends one-time codes. Default: nothing does. */
  readonly sms?: SmsGateway;
  /**
   * Roots of the authorities whose signing certificates count, DER, beside those that were named before. Without any the
   * issuer is not judged.
   */
  readonly signerRoots?: readonly Uint8Array[];
  /**
   * Most rows of one object of a delta tier. Default 8,000: large enough to compress well, small enough
   * that what a device has already costs it little.
   */
  readonly tierRows?: number;
  /** How long a request's body may take, or stand still where it is large, ms. Default: a minute. */
  readonly bodyMs?: number;
}

export interface SeedOptions {
  /** Prefecture, four digits. */
  readonly region: string;
  readonly certificates: number;
  /** Default `1`. Equal seeds and days give equal data. */
  readonly seed?: string;
  /** Default: today in Shanghai. */
  readonly today?: Day;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface EnrolOptions {
  /** Default: the region's code with two zeros. */
  readonly code?: string;
  readonly name: string;
  readonly region: string;
  /** Absent: as the office is; a new one is real. */
  readonly isPractice?: boolean;
  /** Region whose offices it is the superior of, two to six digits: its approvers decide on their requests. */
  readonly jurisdiction?: string;
  /** Its people unlock with a U-Key too. Absent: as the office is; a new one does not ask for it. */
  readonly asksToken?: boolean;
  readonly users: readonly { readonly badge: string; readonly name: string; readonly role: Role }[];
  readonly validMs?: number;
}

export type MutateOptions =
  | {
      readonly region: string;
      readonly revoke: number;
      readonly reason?: string;
      readonly today?: Day;
    }
  | {
      readonly region: string;
      readonly random: number;
      readonly seed?: string;
      readonly today?: Day;
    }
  | { readonly region: string; readonly changes: readonly Change[] }
  | {
      readonly region: string;
      readonly movePerson: number;
      readonly to: string;
      readonly today?: Day;
    };

export interface RegionStatus {
  readonly region: string;
  readonly head: number;
  readonly rows: Readonly<Record<string, number>>;
}
