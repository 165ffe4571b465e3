import type { CertificateKind } from '../model';

/** What a list that is handed in to the centre holds. */
export const IMPORT_LISTS = ['certificates', 'corrections'] as const;
export type ImportList = (typeof IMPORT_LISTS)[number];

/** Rows of one list: with its signature it is one command to the centre. */
export const MAX_IMPORT_ROWS = 2_000;

/** What of a certificate a row can say to be wrong. */
export const CORRECTED_FIELDS = [
  'name',
  'idNumber',
  'number',
  'kind',
  'category',
  'validFrom',
  'validTo',
  'company',
  'other',
] as const;
export type CorrectedField = (typeof CORRECTED_FIELDS)[number];

/** A certificate that is to be entered. Days since 1970. */
export interface NewCertificate {
  /** Line of the workbook, from 1. */
  readonly line: number;
  readonly name: string;
  readonly idNumber: string;
  readonly number: string;
  readonly kind: CertificateKind;
  readonly category: string | null;
  readonly validFrom: number;
  readonly validTo: number;
  readonly company: string | null;
}

/** A value of a certificate that is to be put right. */
export interface CertificateCorrection {
  readonly line: number;
  /** Id of the certificate. */
  readonly certificate: number;
  readonly field: CorrectedField;
  readonly proposed: string;
  readonly note: string;
}

export type ImportRow = NewCertificate | CertificateCorrection;

/** What the centre says of a row. */
export const IMPORT_VERDICTS = [
  /** Taken in; somebody at the centre enters it. */
  'taken',
  /** The same was handed in before. */
  'told',
  /** The centre has this certificate. */
  'known',
  /** The certificate is not among this office's. */
  'gone',
] as const;
export type ImportVerdict = (typeof IMPORT_VERDICTS)[number];
