import type { BaseStatusCode, CertificateKindCode, EventTypeCode, NumberFormCode } from './codes';

/** Days since 1970-01-01 on the Asia/Shanghai calendar. */
export type Day = number;

/** Provincial fields that the schema does not know: flat, canonical JSON values only. */
export type Ext = Readonly<Record<string, string | number | boolean>>;

interface RowHead {
  /** Opaque server id: a positive safe integer, never derived from a person's data. */
  readonly id: number;
  /** Revision, counts from 1. */
  readonly rev: number;
}

export interface PersonRow extends RowHead {
  readonly name: string;
  /** 1 male, 2 female (GB/T 2261.1). */
  readonly sex: 1 | 2;
  readonly company?: number;
  /** Attachment id of the holder's photo. */
  readonly photo?: number;
  readonly ext?: Ext;
}
/** Travels in a segment's private part only; rests sealed under K_field only. */
export interface PersonPrivate {
  readonly idType: number;
  readonly idNumber: string;
  readonly phone?: string;
}

export interface CompanyRow extends RowHead {
  readonly name: string;
  /** 统一社会信用代码, GB 32100. */
  readonly uscc: string;
  /** GB/T 4754 division, 1–97. */
  readonly industry: number;
  /** GB/T 2260 county code. */
  readonly region: number;
  /** [year, headcount, certified staff required] by year, ascending. */
  readonly staffing: readonly (readonly [number, number, number])[];
  readonly ext?: Ext;
}

export interface CertificateRow extends RowHead {
  readonly kind: CertificateKindCode;
  /** Special operations: class × 100 + item of the catalogue. Absent otherwise. */
  readonly category?: number;
  readonly numberForm: NumberFormCode;
  /** Only when numberForm is `own`. */
  readonly number?: string;
  readonly holder: number;
  readonly company?: number;
  /** Issuer id of the reference pack. */
  readonly issuer: number;
  /** County code on the day of issue; kept when the unit is succeeded. */
  readonly region: number;
  readonly industry: number;
  readonly firstIssue: Day;
  readonly validFrom: Day;
  /** Inclusive. */
  readonly validTo: Day;
  readonly reviewDue?: Day;
  readonly reviewDone?: Day;
  readonly baseStatus: BaseStatusCode;
  readonly statusReason?: string;
  readonly statusDay?: Day;
  /** Training body id of the reference pack. */
  readonly body?: number;
  readonly source: number;
  readonly ext?: Ext;
}
/** Only for numberForm `sealed`. */
export interface CertificatePrivate {
  readonly number?: string;
}

/** A row never changes once issued: a correction is a further event. */
export interface EventRow extends RowHead {
  readonly certificate: number;
  /** 1… within the certificate; orders the per-certificate hash chain. */
  readonly seq: number;
  readonly type: EventTypeCode;
  readonly day: Day;
  /** Issuer id that acted. */
  readonly by: number;
  readonly document?: string;
  /** The period or due day that holds after the event. */
  readonly validTo?: Day;
  readonly reviewDue?: Day;
  /** Region moved to. */
  readonly region?: number;
  readonly note?: string;
}

export interface TrainingRow extends RowHead {
  readonly person: number;
  readonly certificate?: number;
  /** Kind the course prepares for. */
  readonly kind: CertificateKindCode;
  readonly category?: number;
  /** 1 initial, 2 annual refresher, 3 before review. */
  readonly course: 1 | 2 | 3;
  readonly hours: number;
  readonly day: Day;
  readonly body: number;
}

export interface ExamRow extends RowHead {
  readonly person: number;
  readonly kind: CertificateKindCode;
  readonly category?: number;
  readonly day: Day;
  /** 0–100. */
  readonly theory: number;
  readonly practice?: number;
  readonly passed: 0 | 1;
  readonly attempt: number;
  readonly body: number;
}

export interface AttachmentRow extends RowHead {
  /** 1 person, 2 certificate. */
  readonly ownerType: 1 | 2;
  readonly owner: number;
  readonly kind: number;
  /** SHA-256 of the plain bytes, hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** image/jpeg 1, image/png 2, application/pdf 3. */
  readonly mime: number;
}

export interface RowOf {
  person: PersonRow;
  company: CompanyRow;
  certificate: CertificateRow;
  event: EventRow;
  training: TrainingRow;
  exam: ExamRow;
  attachment: AttachmentRow;
}
export type Entity = keyof RowOf;
