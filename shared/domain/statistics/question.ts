/** Tables that can be shared. What they count: people with a certificate in force, each once. */
export type StatisticsTable = 'region-industry' | 'region-kind' | 'month';

/** Months of the table by months; what ends later is counted together. */
export const STATISTICS_MONTHS = 24;
