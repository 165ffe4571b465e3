import { execFileSync } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { POLICY_MAX_BYTES, type Policy, parsePolicy, UNREAD } from '../services/managed/policy';
import { POLICY_KEY, policyOfRegistry } from '../services/managed/registry';
import type { ServiceLog } from '../services/ports';

/** The administrator's file. Its folder belongs to the system; people of the machine cannot write there. */
const SYSTEM_FILE = '/etc/fieldcert/policy.json';

/** Where Windows may lie; anything else in the environment was put there by a person. */
const WINDOWS = /^[a-z]:\\windows$/i;
const REGISTRY_WAIT_MS = 5_000;

/**
 * The managed configuration of this machine. On Windows it is in the registry, where only administrators may write. Only a plain file that belongs to root, that nobody else may write, in a
 * folder of the same kind, counts: otherwise any person of the machine could name a server of his own. One that does
 * not hold closes what it would have bound and is told in the log and on the pages (`services/managed`). `named`: of a source checkout, whose owner is not asked.
 */
export function managedPolicy(named: string | null, log: ServiceLog): Policy {
  if (named === null && process.platform === 'win32') return registryPolicy(log);
  const path = named ?? (process.platform === 'linux' ? SYSTEM_FILE : null);
  if (path === null) return {};
  const text = readOwned(path, named === null, log);
  if (text === null) return {};
  return told(text === UNSAFE ? UNREAD : parsePolicy(text, tellUnknown(log)), log);
}

/** Asks the system's own program: no module of ours reads the registry. */
function registryPolicy(log: ServiceLog): Policy {
  const { SystemRoot: root = '' } = process.env;
  const program = `${WINDOWS.test(root) ? root : 'C:\\Windows'}\\System32\\reg.exe`;
  let output: Buffer;
  try {
    output = execFileSync(program, ['query', POLICY_KEY, '/s', '/reg:64'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 * POLICY_MAX_BYTES,
      timeout: REGISTRY_WAIT_MS,
      windowsHide: true,
    });
  } catch (error) {
    // It ends with 1 where there is no such key.
    if ((error as { readonly status?: unknown }).status === 1) return {};
    log.error('managed configuration not read', { detail: String(error) });
    return told(UNREAD, log);
  }
  return told(policyOfRegistry(output, tellUnknown(log)), log);
}

function told(policy: Policy, log: ServiceLog): Policy {
  if (policy.faults !== undefined)
    log.error('managed configuration has values that cannot count; what they bind stays closed', {
      fields: policy.faults.join(' ').slice(0, 200),
    });
  return policy;
}

const tellUnknown = (log: ServiceLog) => (names: readonly string[]) =>
  log.error('managed configuration has unknown fields; the others are used', {
    fields: names.join(' ').slice(0, 200),
  });

/** A file that is there and that the administrator alone cannot have written. */
export const UNSAFE = Symbol('unsafe');

/** Text of the file; null where there is none; UNSAFE, with the reason in the log, where it cannot be read or trusted. */
export function readOwned(
  path: string,
  isOwnerAsked: boolean,
  log: ServiceLog,
): string | typeof UNSAFE | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    log.error('managed configuration not read', { detail: String(error) });
    return UNSAFE;
  }
  try {
    const facts = fstatSync(file);
    const isSafe = !isOwnerAsked || (isRoots(facts) && isRoots(lstatSync(dirname(path))));
    if (!facts.isFile() || !isSafe || facts.size > POLICY_MAX_BYTES) {
      log.error('managed configuration not used: not a plain file that only root may write');
      return UNSAFE;
    }
    const bytes = Buffer.alloc(POLICY_MAX_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

const isRoots = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  uid === 0 && (mode & 0o022) === 0;
