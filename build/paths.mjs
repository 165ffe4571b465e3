import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project, where package.json is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** An absolute path inside the project. @param {string[]} parts */
export const at = (...parts) => join(root, ...parts);
