import { readParts } from '../../services/about/parts';
import type { Diagnostics } from '../../services/diagnostics/diagnostics';
import type { Handlers } from '../router';

export function aboutHandlers(
  partsPath: string,
  diagnostics: Diagnostics,
): Pick<Handlers, 'about.parts' | 'about.diagnostics' | 'about.save-diagnostics'> {
  return {
    'about.parts': async () => ({ parts: await readParts(partsPath) }),
    'about.diagnostics': () => diagnostics.look(),
    'about.save-diagnostics': () => diagnostics.save(),
  };
}
