import type { Report } from '../frame/report';
import type { BenchOffice } from '../real/office';

/** What a group gets. */
export interface Bench {
  /** Certificates in the slice. */
  readonly rows: number;
  readonly report: Report;
  /** The server, an enrolled device and its synchronised slice: made once, at the first need. */
  readonly office: () => Promise<BenchOffice>;
}

export interface BenchGroup {
  readonly run: (bench: Bench) => Promise<void>;
}
