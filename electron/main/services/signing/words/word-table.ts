import type { GrantScope } from '../../../../../shared/domain/cross-region/scope';
import type { IMPORT_LISTS } from '../../../../../shared/domain/imports/rows';
import type { ExportPurpose } from '../../../../../shared/domain/policy/export-policy';
import type {
  ExportMasking,
  RecordPages,
} from '../../../../../shared/domain/policy/export-templates';
import type { Settings } from '../../../../../shared/ipc/routes/app';
import type { ShownIntent } from '../../../../../shared/protocol/intents';

export type ShownType = ShownIntent['type'];

/** What a row of the signing window is called. */
export type RowLabel =
  | 'purpose'
  | 'scope'
  | 'scope-signed'
  | 'regions'
  | 'count'
  | 'board'
  | 'tables'
  | 'figures'
  | 'root'
  | 'template'
  | 'permit'
  | 'recipient'
  | 'fingerprint'
  | 'person'
  | 'place'
  | 'time'
  | 'version'
  | 'language'
  | 'list'
  | 'file'
  | 'rows'
  | 'left-out'
  | 'request'
  | 'subject'
  | 'decision'
  | 'note'
  | 'act'
  | 'part'
  | 'occasion'
  | 'entry'
  | 'challenge'
  | 'text-digest'
  | 'record'
  | 'rows-in'
  | 'file-digest'
  | 'trace'
  | 'rows-digest'
  | 'request-digest'
  | 'head'
  | 'digest';

/** The signing window's words in one language. */
export interface WordTable {
  /** Between a purpose's class and its words. */
  readonly colon: string;
  readonly comma: string;
  /** `text`: what the signature does. `keep`: what pulling the key out costs. */
  readonly kinds: Readonly<
    Record<ShownType, { readonly title: string; readonly text: string; readonly keep: string }>
  >;
  readonly labels: Readonly<Record<RowLabel, string>>;
  /** A board by its day, and what it is held against: a day or a region's code. */
  readonly board: (day: string, other: string | null) => string;
  readonly tables: (tables: string, certificates: string) => string;
  readonly fields: (count: string) => string;
  /** What is granted of other regions; regions by their codes, which the subject names. */
  readonly granted: (scope: GrantScope) => string;
  readonly maskings: Readonly<Record<ExportMasking, string>>;
  readonly records: Readonly<Record<Exclude<RecordPages, 'none'>, string>>;
  readonly purposes: Readonly<Record<ExportPurpose, string>>;
  readonly lists: Readonly<Record<(typeof IMPORT_LISTS)[number], string>>;
  readonly decisions: Readonly<Record<'approved' | 'refused', string>>;
  readonly signedRecords: Readonly<
    Record<'site-record' | 'batch-result' | 'statistics' | 'visit-list', string>
  >;
  readonly occasions: Readonly<Record<'login' | 'export', string>>;
  readonly languages: Readonly<Record<Settings['locale'], string>>;
  readonly ways: Readonly<Record<'code' | 'sms' | 'approval', string>>;
}
