import { compile } from './compile/compile.mjs';
import { at } from './paths.mjs';
import { installDependencies } from './runtime/dependencies.mjs';
import { startVirtualDisplay } from './runtime/display.mjs';
import { findElectron } from './runtime/electron.mjs';
import { findNode } from './runtime/node24.mjs';
import { hasDisplay, postgresFolder, prepareSystem } from './runtime/system.mjs';

/**
 * What every program of ours needs before the machine has anything: dependencies, Node, and what can be compiled yet.
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} env: for programs that need nothing of the system
 */
export async function setUpTools() {
  await installDependencies();
  const node = findNode();
  await compileOrEnd();
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, FIELDCERT_APP: at(), FIELDCERT_NODE: node };
  // Set by editors that are Electron themselves; with it Electron would start as a plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  return { node, env };
}

const compileOrEnd = () =>
  compile().catch((error) => {
    // esbuild and Vite have said on the terminal what is wrong and where.
    console.error(`The build failed: ${String(error.message ?? error).split('\n')[0]}`);
    process.exit(1);
  });

/**
 * Everything between a fresh clone and a running program, each step skipped when done before.
 * @param {{ electron: boolean, purpose: 'window' | 'test', display: 'any' | 'virtual' | 'none' }} wanted
 *   display: `any` is the user's own or else a virtual one, `virtual` never the user's own
 * @returns the Node that runs tools and server, and the environment for all child programs:
 *   FIELDCERT_APP project root, FIELDCERT_ELECTRON binary, FIELDCERT_NODE, FIELDCERT_RUNTIME
 *   (`pinned` or `fallback`), FIELDCERT_POSTGRES folder of PostgreSQL's programs, DISPLAY
 */
export async function setUp({ electron, purpose, display }) {
  const { node, env } = await setUpTools();
  const runtime = electron ? await findElectron() : undefined;
  await prepareSystem({ purpose, ...(runtime ? { electron: runtime.binary } : {}) });
  // The helper of 32-bit libraries, whose compiler may have come just now.
  await compileOrEnd();

  const postgres = postgresFolder();
  if (postgres) env.FIELDCERT_POSTGRES = postgres;
  if (runtime) {
    env.FIELDCERT_ELECTRON = runtime.binary;
    env.FIELDCERT_RUNTIME = runtime.isFallback ? 'fallback' : 'pinned';
    env.ELECTRON_OVERRIDE_DIST_PATH = runtime.folder;
  }
  const isVirtual = process.platform === 'linux' && (display === 'virtual' || !hasDisplay());
  if (display === 'none' || !isVirtual) return { node, runtime, env, stop: () => undefined };
  const screen = await startVirtualDisplay();
  delete env.WAYLAND_DISPLAY;
  env.DISPLAY = screen.name;
  return { node, runtime, env, stop: screen.stop };
}
