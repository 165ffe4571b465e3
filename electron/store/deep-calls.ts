import type { Entity } from '../../shared/domain/model';

/** Entities whose rows carry sealed values. */
type Sealed = 'person' | 'certificate';

/** What is derived of private values, a row each; tags 0 and masks null where there is nothing. */
export interface DerivedColumns {
  readonly ids: Float64Array;
  /** 16 bytes a row: which private values these belong to; zero bytes where the row has none. */
  readonly keyedTags: Uint8Array;
  readonly maskedId: readonly (string | null)[];
  readonly maskedPhone: readonly (string | null)[];
  readonly tagWhole: Float64Array;
  readonly tagRegion6: Float64Array;
  readonly tagBirth8: Float64Array;
  readonly tagLast4: Float64Array;
  readonly tagLast6: Float64Array;
  readonly tagPhone: Float64Array;
  readonly tagPhoneLast4: Float64Array;
}

/** Rows as they are stored: what is derived beside the sealed blobs that it should be derived of. */
export interface DeepRows extends DerivedColumns {
  /** Row i is [offsets[i], offsets[i+1]); empty: nothing sealed. */
  readonly blobs: Uint8Array;
  readonly offsets: Uint32Array;
  /** 0: no keyed tag, 1: one of the right length, 2: something else. */
  readonly tagForms: Uint8Array;
}

/** What the process with the field key found in some rows. */
export interface DeepFindings {
  /** Ids of rows whose sealed value is not what their keyed tag says: they are fetched again. */
  readonly broken: readonly number[];
  /** The right masks and tags of rows where a stored one is wrong. */
  readonly derived: DerivedColumns;
}

/** What is wrong with the file's own structure, all of it rebuilt from the rows. */
export interface StructureFaults {
  /** Triggers, views and indexes that are not ours, or not as we make them. */
  readonly foreign: readonly { readonly type: string; readonly name: string }[];
  /** Indexes that are missing once the foreign ones are gone, as statements. */
  readonly missing: readonly string[];
  /** Tables whose indexes do not have their rows. */
  readonly unsound: readonly string[];
  readonly hasWrongCounts: boolean;
  /** Saved blocks of columns that say other things than the rows that they are bound to. */
  readonly falseColumns: number;
}

/** Calls of the deep check. Reading goes by batches in order of ids; every writing call rebuilds from verified values. */
export interface DeepCalls {
  deepRead: [
    { readonly entity: Sealed; readonly afterId: number; readonly limit: number },
    DeepRows & { readonly lastId: number; readonly isEnd: boolean },
  ];
  /** Puts masks and tags in where the row still has the same private values. */
  deepWrite: [
    { readonly entity: Sealed; readonly columns: DerivedColumns },
    { readonly written: number },
  ];
  /** Persons who are under another name than theirs, or names that nobody bears or whose keys are wrong. */
  deepNames: [
    { readonly of: 'person' | 'name'; readonly afterId: number; readonly limit: number },
    {
      readonly wrong: readonly number[];
      readonly scanned: number;
      readonly lastId: number;
      readonly isEnd: boolean;
    },
  ];
  deepNamesWrite: [
    { readonly of: 'person' | 'name'; readonly ids: readonly number[] },
    { readonly written: number },
  ];
  deepStructure: [Record<string, never>, StructureFaults];
  deepStructureWrite: [StructureFaults, Record<string, never>];
  /** Rows that the next repair fetches: until then the slice counts as different in their buckets. */
  deepFound: [
    { readonly rows: readonly { readonly entity: Entity; readonly ids: readonly number[] }[] },
    Record<string, never>,
  ];
}
