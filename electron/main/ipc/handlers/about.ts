import { readParts } from '../../services/about/parts';
import type { Handlers } from '../router';

export function aboutHandlers(partsPath: string): Pick<Handlers, 'about.parts'> {
  return { 'about.parts': async () => ({ parts: await readParts(partsPath) }) };
}
