/** An attachment's row: what it is and how its contents are named. */
export interface AttachmentRef {
  readonly id: number;
  readonly kind: number;
  readonly mime: number;
  /** Of the plain bytes, hex. */
  readonly sha256: string;
  /** Length of the plain bytes. */
  readonly bytes: number;
}

/** What belongs to a certificate: its holder's photo, and its own scan and e-certificate. */
export interface AttachmentsOf {
  readonly photo: AttachmentRef | null;
  readonly files: readonly AttachmentRef[];
}

/** Calls about attachments. The contents lie beside the store, in `services/attachments`. */
export interface AttachmentCalls {
  /** Null outside the slice or the session's scope. */
  attachmentsOf: [{ readonly certificateId: number }, AttachmentsOf | null];
  /**
   * What is worth having before anybody asks, in this order: certificates that were looked at lately, those that are
   * followed, those that end within `days`.
   */
  attachmentsWanted: [{ readonly days: number; readonly limit: number }, readonly AttachmentRef[]];
  /** Hashes that the slice still names, by id, some at a time. Whoever is no more among them has left. */
  attachmentsNamed: [
    { readonly afterId: number; readonly limit: number },
    { readonly hashes: readonly string[]; readonly lastId: number; readonly isEnd: boolean },
  ];
}
