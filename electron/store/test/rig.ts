import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ENTITIES } from '../../../shared/domain/model';
import type { RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import { launchStore, type StoreClient } from '../launcher';
import type { SliceState, StoreKeys, StoreSession } from '../protocol';
import {
  blindKeys,
  EPOCH,
  emergencyLogKey,
  type FixtureSegment,
  makeCheckpoint,
  makeSegments,
  REFERENCE,
  REGION,
  SESSION,
  storeKeys,
} from './fixture';
import { type FixtureSet, TODAY } from './rows';

/** Starts real store processes on real files in temporary folders. */

const storeDir = resolve(import.meta.dirname, '..');
const root = resolve(storeDir, '../..');
export const RULE_PACK: unknown = JSON.parse(
  readFileSync(join(root, 'resources/rule-packs/national-2026.11.1.json'), 'utf8'),
);

interface Built {
  readonly entry: string;
  readonly remove: () => void;
}

/** Bundles sources of the store's folder, inside node_modules so that packages resolve. The first is the entry. */
async function bundle(
  pairs: readonly (readonly [string, string])[],
  plugins: Plugin[] = [],
): Promise<Built> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, 'store-test-'));
  const options = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    packages: 'external',
    logLevel: 'error',
    plugins,
  } as const;
  await Promise.all(
    pairs.map(([source, out]) =>
      build({ ...options, entryPoints: [join(storeDir, source)], outfile: join(outdir, out) }),
    ),
  );
  return {
    entry: join(outdir, pairs[0]?.[1] ?? ''),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** A source file as another build has it: the end of its path, and what becomes of its text. */
export type Change = readonly [path: string, change: (text: string) => string];

function changing(changes: readonly Change[]): Plugin {
  return {
    name: 'changed sources',
    setup: (made) => {
      made.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const found = changes.find(([end]) => path.endsWith(end));
        if (found === undefined) return undefined;
        return { contents: found[1](readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}

/** The process and its threads, of these sources or with some of them changed. */
export function buildStore(changes: readonly Change[] = []): Promise<Built> {
  const parts: readonly (readonly [string, string])[] = [
    ['process.ts', 'store.cjs'],
    ['writer-thread.ts', 'writer.cjs'],
    ['reader-thread.ts', 'reader.cjs'],
    ['emergency/process.ts', 'emergency.cjs'],
    ['backup-thread.ts', 'backup.cjs'],
  ];
  return bundle(parts, changes.length === 0 ? [] : [changing(changes)]);
}

/** A program of a test, to be run and killed in a process of its own. */
export function buildProgram(source: string): Promise<Built> {
  return bundle([[source, 'program.cjs']]);
}

export function newOffice(): string {
  return mkdtempSync(join(tmpdir(), 'office-'));
}

/** A store process that has nothing open. */
export function launch(entry: string, nodePath = process.execPath): StoreClient {
  return launchStore({ kind: 'child', nodePath, entry });
}

export async function openStore(
  entry: string,
  officeDir: string,
  options: {
    readonly create?: boolean;
    readonly session?: StoreSession;
    readonly today?: number;
    readonly isSliceDamaged?: boolean;
    /** The emergency reader in the store's place. */
    readonly isEmergency?: boolean;
    /** Another program in the place of this Node. */
    readonly nodePath?: string;
    readonly keys?: StoreKeys;
    readonly revealLimits?: RevealLimits;
    /** Gets the process before it opens anything, to watch or to kill it meanwhile. */
    readonly onLaunch?: (store: StoreClient) => void;
  } = {},
): Promise<{ readonly store: StoreClient; readonly state: SliceState }> {
  const isEmergency = options.isEmergency ?? false;
  const program = isEmergency ? join(dirname(entry), 'emergency.cjs') : entry;
  const store = launch(program, options.nodePath);
  options.onLaunch?.(store);
  try {
    await store.call('setToday', { today: options.today ?? TODAY });
    const state = await store.call('open', {
      officeDir,
      keys: isEmergency
        ? { ...storeKeys(), emergencyLog: emergencyLogKey() }
        : (options.keys ?? storeKeys()),
      session: options.session ?? SESSION,
      rulePack: RULE_PACK,
      blindKeys: blindKeys(),
      create: options.create ?? true,
      isSliceDamaged: options.isSliceDamaged ?? false,
      ...(options.revealLimits === undefined ? {} : { revealLimits: options.revealLimits }),
    });
    return { store, state };
  } catch (error) {
    store.kill();
    throw error;
  }
}

export const LOAD_ID = { region: REGION, epoch: EPOCH, manifestHash: 'a'.repeat(64) };

/** A whole first load of a set at rseq 1; late entities through late segments. */
export async function loadSet(
  store: StoreClient,
  set: FixtureSet,
  segments: readonly FixtureSegment[] = makeSegments(set),
): Promise<{ readonly isEqual: boolean | null; readonly root: string }> {
  const checkpoint = makeCheckpoint(set, 1);
  await store.call('loadBegin', LOAD_ID);
  for (const { sha256, object, sealed, entity } of segments) {
    if (!ENTITIES[entity].isLate) await store.call('loadSegment', { sha256, object, sealed });
  }
  const early = await store.call('loadFinish', {
    checkpoint,
    cursor: { region: REGION, epoch: EPOCH, rseq: 1, cursor: 'c1' },
    referencePack: REFERENCE,
    withLate: false,
  });
  if (!early.isEqual) return early;
  for (const { sha256, object, entity } of segments) {
    if (ENTITIES[entity].isLate) await store.call('lateSegment', { sha256, object });
  }
  return store.call('lateFinish', {});
}

/** A port route's answer, unwrapped; throws with the code when it failed. */
export async function ask<T>(store: StoreClient, route: string, input: unknown): Promise<T> {
  const answer = (await store.call('portRequest', { route, input })) as {
    readonly ok: boolean;
    readonly data?: T;
    readonly error?: { readonly code: string };
  };
  if (!answer.ok) throw new Error(answer.error?.code);
  return answer.data as T;
}
