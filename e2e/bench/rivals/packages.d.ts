/// <reference path="../../../electron/store/sql/binding.d.ts" />

/** The package brings no types; this is what the bench asks of it. */
declare module 'pouchdb' {
  interface ReplicationResult {
    readonly ok: boolean;
    readonly docs_written: number;
  }
  export default class PouchDB {
    constructor(name: string);
    readonly replicate: {
      /** `cancel` ends it; what came until then stays, and the promise resolves. */
      from(
        url: string,
        options: { batch_size: number },
      ): Promise<ReplicationResult> & { cancel(): void };
    };
    info(): Promise<{ readonly doc_count: number }>;
    close(): Promise<void>;
  }
}
