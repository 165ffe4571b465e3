import type { Entity } from './rows';

/** int: safe integer; text: NFC string; json: canonical JSON value. */
export type ColumnType = 'int' | 'text' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly isOptional: boolean;
}

export interface EntityShape {
  readonly code: number;
  /** Public columns without id and rev, in wire order. */
  readonly columns: readonly Column[];
  /** Private columns, empty for most entities. */
  readonly private: readonly Column[];
  /** Loaded after the certificates are usable. */
  readonly isLate: boolean;
}

/** The schema version that these shapes are; a root is computed per supported schema. */
export const SCHEMA_VERSION = 1;
/**
 * The oldest schema that this build serves and reads. A newer schema adds optional public columns only; whoever does not
 * know one keeps it and hashes it with the rest. Anything else raises this number.
 */
export const OLDEST_SCHEMA = 1;

const int = (name: string): Column => ({ name, type: 'int', isOptional: false });
const optInt = (name: string): Column => ({ name, type: 'int', isOptional: true });
const text = (name: string): Column => ({ name, type: 'text', isOptional: false });
const optText = (name: string): Column => ({ name, type: 'text', isOptional: true });
const json = (name: string): Column => ({ name, type: 'json', isOptional: false });
const optJson = (name: string): Column => ({ name, type: 'json', isOptional: true });

/** Shapes of every synced entity: the one source of wire, digest and storage columns. */
export const ENTITIES: { readonly [E in Entity]: EntityShape } = {
  company: {
    code: 1,
    columns: [
      text('name'),
      text('uscc'),
      int('industry'),
      int('region'),
      json('staffing'),
      optJson('ext'),
    ],
    private: [],
    isLate: false,
  },
  person: {
    code: 2,
    columns: [text('name'), int('sex'), optInt('company'), optInt('photo'), optJson('ext')],
    private: [int('idType'), text('idNumber'), optText('phone')],
    isLate: false,
  },
  certificate: {
    code: 3,
    columns: [
      int('kind'),
      optInt('category'),
      int('numberForm'),
      optText('number'),
      int('holder'),
      optInt('company'),
      int('issuer'),
      int('region'),
      int('industry'),
      int('firstIssue'),
      int('validFrom'),
      int('validTo'),
      optInt('reviewDue'),
      optInt('reviewDone'),
      int('baseStatus'),
      optText('statusReason'),
      optInt('statusDay'),
      optInt('body'),
      int('source'),
      optJson('ext'),
    ],
    private: [optText('number')],
    isLate: false,
  },
  event: {
    code: 4,
    columns: [
      int('certificate'),
      int('seq'),
      int('type'),
      int('day'),
      int('by'),
      optText('document'),
      optInt('validTo'),
      optInt('reviewDue'),
      optInt('region'),
      optText('note'),
    ],
    private: [],
    isLate: true,
  },
  training: {
    code: 5,
    columns: [
      int('person'),
      optInt('certificate'),
      int('kind'),
      optInt('category'),
      int('course'),
      int('hours'),
      int('day'),
      int('body'),
    ],
    private: [],
    isLate: true,
  },
  exam: {
    code: 6,
    columns: [
      int('person'),
      int('kind'),
      optInt('category'),
      int('day'),
      int('theory'),
      optInt('practice'),
      int('passed'),
      int('attempt'),
      int('body'),
    ],
    private: [],
    isLate: true,
  },
  attachment: {
    code: 7,
    columns: [
      int('ownerType'),
      int('owner'),
      int('kind'),
      text('sha256'),
      int('bytes'),
      int('mime'),
    ],
    private: [],
    isLate: true,
  },
};

/** Load order: what certificates refer to comes first. */
export const ENTITY_ORDER: readonly Entity[] = [
  'company',
  'person',
  'certificate',
  'event',
  'training',
  'exam',
  'attachment',
];
