import type { EmergencyLevel } from './levels';

/**
 * Routes that an emergency level refuses, and from which level on. Level 1: what lets data of people out, on paper, in files or in
 * packages, and what brings more of them in from other regions. Level 2: an answer of somebody else that would read as "valid". Level
 * 4: what needs the line.
 */
export const REFUSED_FROM: Readonly<Record<string, EmergencyLevel>> = {
  'batch.save': 1,
  'boards.print': 1,
  'cross-region.fetch': 1,
  'exports.answer-code': 1,
  'exports.ask-code': 1,
  'exports.request': 1,
  'exports.resume': 1,
  'exports.start': 1,
  'followups.pdf': 1,
  'followups.save': 1,
  'former.export': 1,
  'records.pdf': 1,
  'site.save': 1,
  'scan.ask': 2,
  'sync.start': 4,
  'update.check': 4,
  'update.fetch': 4,
};

/** The level from which on a route is refused; 0: never. */
export function refusedFrom(route: string): EmergencyLevel {
  return REFUSED_FROM[route] ?? 0;
}
