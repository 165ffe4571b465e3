/**
 * Closed code lists of the data model. The integer is what travels and rests (small, stable);
 * the word is what code reads. Codes are never reused.
 */

export const CERTIFICATE_KINDS = {
  /** 安全生产知识和管理能力考核合格证 · 主要负责人 */
  'manager-principal': 1,
  /** 安全生产知识和管理能力考核合格证 · 安全生产管理人员 */
  'manager-safety': 2,
  /** 特种作业操作证 */
  'special-operation': 3,
  /** 建筑施工企业安全生产考核合格证 A/B/C1/C2/C3 */
  'construction-a': 4,
  'construction-b': 5,
  'construction-c1': 6,
  'construction-c2': 7,
  'construction-c3': 8,
} as const;
export type CertificateKind = keyof typeof CERTIFICATE_KINDS;
export type CertificateKindCode = (typeof CERTIFICATE_KINDS)[CertificateKind];

/** Status as the issuer set it; anything but `valid` overrides every date. */
export const BASE_STATUSES = {
  valid: 1,
  /** 暂停 */
  suspended: 2,
  /** 吊销, by penalty */
  revoked: 3,
  /** 撤销 */
  withdrawn: 4,
  /** 注销 */
  cancelled: 5,
} as const;
export type BaseStatus = keyof typeof BASE_STATUSES;
export type BaseStatusCode = (typeof BASE_STATUSES)[BaseStatus];
/**
 * What a base status of valid is read as while an order has the certificate marked as 核查中. It never rests in a row and
 * travels in the centre's answer to a look-up alone.
 */
export const UNDER_VERIFICATION = 6;
/** A base status as it is read, marks laid over it. */
export type ReadBaseCode = BaseStatusCode | typeof UNDER_VERIFICATION;

/** What an inspector reads: derived on a day from dates, base status and rule pack. */
export const STATUSES = {
  valid: 1,
  expiring: 2,
  'review-due': 3,
  'review-overdue': 4,
  expired: 5,
  'not-yet-valid': 6,
  suspended: 7,
  revoked: 8,
  withdrawn: 9,
  cancelled: 10,
  /** 核查中: by an order of the centre, never by an issuer */
  'under-verification': 11,
} as const;
export type Status = keyof typeof STATUSES;
export type StatusCode = (typeof STATUSES)[Status];

/**
 * How the printed certificate number comes about. `T-id` and `id` numbers contain the holder's ID
 * number, so they are never stored: they derive from the sealed value. `sealed` is a number of its
 * own that contains an ID which is not the holder's present one.
 */
export const NUMBER_FORMS = { own: 0, 'T-id': 1, id: 2, sealed: 3 } as const;
export type NumberForm = keyof typeof NUMBER_FORMS;
export type NumberFormCode = (typeof NUMBER_FORMS)[NumberForm];

export const EVENT_TYPES = {
  issued: 1,
  renewed: 2,
  reviewed: 3,
  suspended: 4,
  resumed: 5,
  revoked: 6,
  withdrawn: 7,
  cancelled: 8,
  corrected: 9,
  moved: 10,
} as const;
export type EventType = keyof typeof EVENT_TYPES;
export type EventTypeCode = (typeof EVENT_TYPES)[EventType];

export const ATTACHMENT_KINDS = { photo: 1, scan: 2, ecert: 3 } as const;
export type AttachmentKind = keyof typeof ATTACHMENT_KINDS;
/** What attachments may be; anything else is refused. */
export const MIMES = { jpeg: 1, png: 2, pdf: 3 } as const;
export type Mime = keyof typeof MIMES;

/** Where a record came from. */
export const SOURCES = {
  'provincial-system': 1,
  'training-body': 2,
  'national-platform': 3,
} as const;
export type Source = keyof typeof SOURCES;

/** GA/T 517 style ID document types that occur. */
export const ID_TYPES = {
  'resident-id': 1,
  passport: 2,
  'hk-macao-permit': 3,
  'taiwan-permit': 4,
  'foreign-permanent': 5,
} as const;
export type IdType = keyof typeof ID_TYPES;

/** Why a row left an office's slice. */
export const EXIT_REASONS = { 'scope-lost': 1, moved: 2, erroneous: 3 } as const;
export type ExitReason = keyof typeof EXIT_REASONS;

export const ROLES = [
  'inspector',
  'head',
  'approver',
  'system-admin',
  'security-admin',
  'auditor',
] as const;
/** inspector 检查员, head 科长/审批人, approver of a superior authority, and the three separated administrators (三员). */
export type Role = (typeof ROLES)[number];

/** A code that this program has no word for: a newer centre may send one. */
export type UnknownCode = `unknown-${number}`;
/** A kind as a row is read: never lost, and never taken for one whose rules are known. */
export type ReadKind = CertificateKind | UnknownCode;
export type ReadEventType = EventType | UnknownCode;

/** The word of a code, or what says that this program has none. */
export function readWord<T extends Record<string, number>>(
  codes: T,
  code: number,
): (keyof T & string) | UnknownCode {
  return (wordOf(codes, code) as (keyof T & string) | undefined) ?? `unknown-${code}`;
}

export const isCertificateKind = (kind: ReadKind): kind is CertificateKind =>
  Object.hasOwn(CERTIFICATE_KINDS, kind);

/** The number in an unknown code; null where the word is known. */
export function unknownCode(word: string): string | null {
  return /^unknown-(\d{1,10})$/u.exec(word)?.[1] ?? null;
}

/** The code of a kind, known or not: a question may name one that only its code is known of. */
export function kindCode(kind: ReadKind): number {
  return isCertificateKind(kind) ? CERTIFICATE_KINDS[kind] : Number(unknownCode(kind));
}

const KNOWN_KINDS: ReadonlySet<number> = new Set(Object.values(CERTIFICATE_KINDS));
/** Whether this program knows the rules of a kind by its code. */
export const isKnownKind = (code: number): boolean => KNOWN_KINDS.has(code);

/** Reverse look-up of one of the lists above; unknown codes are undefined. */
export function wordOf<T extends Record<string, number>>(
  codes: T,
  code: number,
): keyof T | undefined {
  return (Object.keys(codes) as (keyof T)[]).find((word) => codes[word] === code);
}
