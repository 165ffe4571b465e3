import type { LevelStanding } from '../../../../shared/domain/emergency/levels';
import type { OfficeFile } from '../unlock/office-file';

const MAX_ENDPOINTS = 20;

/**
 * The office as its addresses are to be asked under an emergency level: from level 3 on those alone that the order names.
 * `withKnown`: the known ones after them, for the control channel, over which the level is lifted again.
 */
export function withBackup(
  file: OfficeFile,
  { endpoints }: LevelStanding,
  withKnown = false,
): OfficeFile {
  if (endpoints.length === 0) return file;
  const known = withKnown ? file.endpoints : [];
  return { ...file, endpoints: [...new Set([...endpoints, ...known])].slice(0, MAX_ENDPOINTS) };
}
