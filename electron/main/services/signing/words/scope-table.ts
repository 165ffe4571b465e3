import type { CertificateKind, Status } from '../../../../../shared/domain/model';

/** Words of an export's scope, for people who read another language than the signed one. */
export interface ScopeTable {
  readonly all: string;
  readonly colon: string;
  readonly comma: string;
  readonly semicolon: string;
  readonly parts: Readonly<
    Record<
      | 'regions'
      | 'industries'
      | 'kinds'
      | 'categories'
      | 'statuses'
      | 'company'
      | 'certificates'
      | 'validTo'
      | 'issued'
      | 'due'
      | 'review',
      string
    >
  >;
  readonly kinds: Readonly<Record<CertificateKind, string>>;
  readonly statuses: Readonly<Record<Status, string>>;
}
