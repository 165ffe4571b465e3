import type { ExportTemplate } from './export-templates';

/** What an export may be for; the free words beside it say it closer. */
export const EXPORT_PURPOSES = [
  'inspection',
  'reminder',
  'joint',
  'investigation',
  'other',
] as const;
export type ExportPurpose = (typeof EXPORT_PURPOSES)[number];

/**
 * How the second factor of an export is given: a code that was handed out before and opens a ticket on this device,
 * a code that the server sends to the person's phone, or the consent of a second person at the centre.
 */
export const EXPORT_WAYS = ['code', 'sms', 'approval'] as const;
export type ExportWay = (typeof EXPORT_WAYS)[number];

/** Roles that may export at all. */
export const EXPORTER_ROLES = ['inspector', 'head'] as const;
export type ExporterRole = (typeof EXPORTER_ROLES)[number];

/** Acts that a policy may refuse until the person has signed the user agreement. */
export const AGREEMENT_GATES = ['reveal', 'export', 'import'] as const;
export type AgreementGate = (typeof AGREEMENT_GATES)[number];

/** How much one person of a role may let out. */
export interface ExportLimits {
  /** Certificates of one package. */
  readonly maxRows: number;
  /** Certificates a day and a calendar month (Shanghai) of one person on one device. */
  readonly perDay: number;
  readonly perMonth: number;
}

/** What may leave an office; the server signs it for each office. */
export interface ExportPolicy {
  readonly limits: Readonly<Record<ExporterRole, ExportLimits>>;
  /** Packages of more certificates need a second person's signature; null: none does. */
  readonly reviewOver: number | null;
  readonly ways: readonly ExportWay[];
  readonly purposes: readonly ExportPurpose[];
  /** Forms that packages may have; absent: the shipped ones. */
  readonly templates?: readonly ExportTemplate[] | undefined;
  /** Refused until the user agreement in force is signed; absent: nothing is. */
  readonly agreementBefore?: readonly AgreementGate[] | undefined;
  /**
   * Public address of the centre, `https://host` or `https://host:port`, whose page for codes any phone opens: QR codes
   * of documents lead there. Absent: they hold no address.
   */
  readonly verifyAt?: string | undefined;
}

const LIMITS: ExportLimits = { maxRows: 100_000, perDay: 200_000, perMonth: 1_000_000 };

/** What an office may let out where its centre has set nothing else, and what practice begins with. */
export const SAFE_EXPORT_POLICY: ExportPolicy = {
  limits: { inspector: LIMITS, head: LIMITS },
  reviewOver: null,
  ways: EXPORT_WAYS,
  purposes: EXPORT_PURPOSES,
};

/**
 * Where a device has never seen what its centre signed, which every enrolment brings: nothing leaves until the next contact. A
 * file that somebody shortened gives nobody more than its centre does.
 */
export const NO_EXPORT_POLICY: ExportPolicy = { ...SAFE_EXPORT_POLICY, ways: [] };
