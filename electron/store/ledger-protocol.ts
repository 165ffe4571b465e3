export interface ExportLedgerEntry {
  readonly traceId: string;
  readonly atMs: number;
  readonly purpose: string;
  readonly count: number;
  readonly outcome: 'sealed' | 'failed' | 'cancelled';
  readonly signer: string | null;
  readonly verificationCode: string | null;
  readonly fileName: string | null;
  readonly path: string | null;
  readonly packageSha256: string | null;
  readonly isPractice: boolean;
}

export interface AuditInput {
  readonly kind: string;
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
