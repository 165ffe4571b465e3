import { Central } from './central';
import type { CentralOptions } from './central-options';

export type {
  CentralOptions,
  EnrolOptions,
  MutateOptions,
  RegionStatus,
  SeedOptions,
} from './central-options';
export type { Slip } from './enrol/enrolments';
export type { Change } from './ingest/changes';

/** A central server that answers already: for tests, the practice office and programs of one machine. */
export async function startCentral(options: CentralOptions = {}): Promise<Central> {
  const central = await Central.open(options);
  try {
    await central.listen();
    return central;
  } catch (error) {
    await central.close();
    throw error;
  }
}
