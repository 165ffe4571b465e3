import type { Acknowledgement, Alert, AlertPolicy } from '../../shared/domain/alerts/alert';

/** What a walk through the log found. */
export interface FoundAlerts {
  /** The newest first. */
  readonly alerts: readonly Alert[];
  /** The newest word about each, by its id. */
  readonly acknowledged: readonly (Acknowledgement & { readonly id: string })[];
  /** Entries that were looked at, and whether there were more than a walk may take. */
  readonly entries: number;
  readonly isCut: boolean;
}

export interface AlertCalls {
  /**
   * One short step of a walk through the log's last weeks; asked again until it is done, so that look-ups, which are logged by
   * the same thread, wait for a step at most. `isNew` begins anew. Offset from UTC by which the office lives, ms.
   */
  alertScan: [
    {
      readonly isNew: boolean;
      readonly nowMs: number;
      readonly offsetMs: number;
      readonly policy: AlertPolicy;
    },
    { readonly found: FoundAlerts | null },
  ];
}
