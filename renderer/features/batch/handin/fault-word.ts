import type { ImportReview } from '../../../../shared/ipc/routes/imports';

type Fault = ImportReview['faults'][number]['fault'];

const OF_NUMBERS = [
  'empty',
  'spreadsheet-number',
  'characters',
  'length',
  'birth-date',
  'checksum',
] as const;

/** Where a fault's word stands in the catalogues: those of ID numbers are the same as in a check. */
export function faultWord(fault: Fault) {
  const ofNumber = OF_NUMBERS.find((one) => one === fault);
  return ofNumber === undefined
    ? (`imports.fault-${fault as Exclude<Fault, (typeof OF_NUMBERS)[number]>}` as const)
    : (`batch.reason-${ofNumber}` as const);
}
