import { MAX_RECORD_PAGES } from '../../../shared/domain/policy/export-templates';

/** The files that every package has and its manifest describes, in the order they are written. */
export const DATA_FILES = ['report.pdf', 'data.xlsx', 'data.csv'] as const;
/** The picture of a board: in packages of a board, and in no other. */
export const BOARD_FILE = 'board.png';
/** Pages of the records in one file. */
export const RECORDS_FILE = 'records.pdf';
const SEAL_FILES = ['manifest.json', 'manifest.p7s'] as const;
/** The second person's signature over the same manifest. */
export const REVIEW_FILE = 'review.p7s';

/** The five names that every package has, in their order. */
export const PACKAGE_FILES = [...DATA_FILES, ...SEAL_FILES] as const;
/** Files of a package at most. */
export const MAX_PACKAGE_FILES = PACKAGE_FILES.length + MAX_RECORD_PAGES + 1;

/** Size caps, uncompressed. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  'report.pdf': 128 << 20,
  'data.xlsx': 512 << 20,
  'data.csv': 1 << 30,
  [RECORDS_FILE]: 128 << 20,
  [BOARD_FILE]: 32 << 20,
  'manifest.json': 256 << 10,
  'manifest.p7s': 64 << 10,
  [REVIEW_FILE]: 64 << 10,
};
const MAX_RECORD_BYTES = 4 << 20;

/** Name of record `index` (from 0) where each has a file. */
export const recordFile = (index: number): string =>
  `records/${String(index + 1).padStart(4, '0')}.pdf`;

/** The file of a record, or of all. */
export const isRecordFile = (name: string): boolean =>
  name === RECORDS_FILE || name.startsWith('records/');

/** Uncompressed bytes that a file of this name may have. */
export const maxBytesOf = (name: string): number => MAX_BYTES[name] ?? MAX_RECORD_BYTES;

/** Whether these are the files that a manifest describes, in their order, and no others. */
export function isDataList(names: readonly string[]): boolean {
  const records = names.slice(DATA_FILES.length);
  if (!DATA_FILES.every((name, index) => names[index] === name)) return false;
  const [first] = records;
  if (records.length === 1 && (first === RECORDS_FILE || first === BOARD_FILE)) return true;
  return records.length <= MAX_RECORD_PAGES && records.every((name, i) => name === recordFile(i));
}

/** Whether these are the files of a package, in their order, and no others. */
export function isPackageList(names: readonly string[]): boolean {
  const seal = names.at(-1) === REVIEW_FILE ? [...SEAL_FILES, REVIEW_FILE] : SEAL_FILES;
  const start = names.length - seal.length;
  return (
    start >= DATA_FILES.length &&
    seal.every((name, i) => names[start + i] === name) &&
    isDataList(names.slice(0, start))
  );
}

/** The files of a package with these data files. */
export const packageFiles = (data: readonly string[], hasReview: boolean): readonly string[] => [
  ...data,
  ...SEAL_FILES,
  ...(hasReview ? [REVIEW_FILE] : []),
];
