import type { DataPaths } from '../../../platform/paths';
import type { OfficeServices } from './office-services';
import type { OfficeHooks, Surroundings } from './surroundings';

/** What the services of one office are made from. */
export interface Start {
  readonly paths: DataPaths;
  readonly around: Surroundings;
  readonly hooks: OfficeHooks;
  /** What is made after whoever asks for it; to be asked for in a call, not before. */
  readonly late: () => Pick<
    OfficeServices,
    'sync' | 'crossRegion' | 'exports' | 'signing' | 'unlock'
  >;
}
