import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { cpus, freemem, release, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { DeskState } from '../../../../shared/ipc/routes/app';
import { diskError, writeAtomically } from '../../../platform/atomic-write';
import type { NowMs, ServiceLog } from '../ports';
import { anonymous, anonymousLine } from './anonymous';

const MOST_LINES = 500;
const MOST_FILES = 200;
const DEEPEST = 2;
/** Of each log file, from its end. */
const LOG_BYTES = 512 * 1024;

export interface DiagnosticsParts {
  /** The folder of everything that this installation keeps. */
  readonly root: string;
  readonly logs: string;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly isPackaged: boolean;
  state(): Promise<DeskState>;
  /** What the open office says of itself, by name; each may fail by itself. Empty while it is locked. */
  readonly asks: () => Readonly<Record<string, () => Promise<unknown>>>;
  chooseFolder(): Promise<string | null>;
  showFile(path: string): void;
}

/**
 * What those who help from afar need to know, and nothing about a person: versions, states, sizes of files, checks, the last lines
 * of the log without names, numbers, paths and addresses. A person reads it whole before it leaves; what was read is what is written.
 */
export class Diagnostics {
  private shown: string | null = null;

  constructor(private readonly parts: DiagnosticsParts) {}

  /** The text, made anew. Never throws for a part of it that cannot be read: the text says so. */
  async look(): Promise<RouteOutput<'about.diagnostics'>> {
    const { parts } = this;
    const state = await parts.state();
    const asked: Record<string, unknown> = {};
    for (const [name, ask] of Object.entries(parts.asks())) asked[name] = await attempt(ask);
    const head = {
      form: 'fieldcert-diagnostics-1',
      at: new Date(parts.nowMs()).toISOString(),
      program: {
        ...parts.versions,
        isPackaged: parts.isPackaged,
        isFallback: state.runtime.isFallback,
        rulePack: `${state.rulePack.id} ${state.rulePack.version}`,
      },
      machine: await machineOf(parts.root),
      desk: deskOf(state),
    };
    const text = [
      JSON.stringify(head, null, 1),
      `--- office\n${JSON.stringify(anonymous(asked), null, 1)}`,
      `--- files (bytes)\n${(await filesBelow(parts.root)).join('\n')}`,
      `--- log\n${(await this.lines()).join('\n')}`,
      '',
    ].join('\n');
    this.shown = text;
    return { text };
  }

  /** Writes what was read last. Null where no folder was chosen. Throws DISK_FULL, DISK_READ_ONLY. */
  async save(): Promise<RouteOutput<'about.save-diagnostics'>> {
    const { parts } = this;
    const text = this.shown ?? (await this.look()).text;
    const folder = await parts.chooseFolder();
    if (folder === null) return { name: null };
    const stamp = new Date(parts.nowMs()).toISOString().slice(0, 19).replaceAll(':', '');
    const name = `fieldcert-diagnostics-${stamp}.txt`;
    const bytes = Buffer.from(text, 'utf8');
    await writeAtomically(join(folder, name), bytes).catch((cause: unknown) => {
      throw diskError(cause, bytes.length);
    });
    parts.log.info('diagnostics saved', { bytes: bytes.length });
    parts.showFile(join(folder, name));
    return { name };
  }

  private async lines(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const name of ['main.1.jsonl', 'main.jsonl']) {
      const text = await readFile(join(this.parts.logs, name)).catch(() => Buffer.alloc(0));
      // The first of a part of a file is cut, and dropped for it.
      for (const line of text.subarray(-LOG_BYTES).toString('utf8').split('\n')) {
        const clean = anonymousLine(line);
        if (clean !== null) lines.push(clean);
      }
    }
    return lines.slice(-MOST_LINES);
  }
}

/** Of the desk's state what is about no person: its users, their names and badges stay out. */
function deskOf({ phase, place, lockReason, emergency, recovery, clockWrongByMs }: DeskState) {
  const { device } = place;
  return anonymous({ phase, device, lockReason, emergency, recovery, clockWrongByMs });
}

async function machineOf(root: string) {
  const disk = await statfs(root).catch(() => null);
  return {
    system: `${process.platform} ${process.arch} ${release()}`,
    processors: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    freeMemoryMb: Math.round(freemem() / 2 ** 20),
    freeDiskMb: disk === null ? null : Math.round((disk.bavail * disk.bsize) / 2 ** 20),
    upHours: Math.round(uptime() / 3_600),
    programHours: Math.round(process.uptime() / 360) / 10,
  };
}

async function attempt(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Names as the program gives them, below a folder; whatever else lies there is counted alone. */
async function filesBelow(root: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const walk = async (folder: string, depth: number) => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    let others = 0;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!/^[\w.-]{1,80}$/.test(entry.name) || lines.length >= MOST_FILES) others += 1;
      else if (entry.isDirectory()) {
        if (depth < DEEPEST) await walk(path, depth + 1);
        else lines.push(`${path}/`);
      } else {
        const found = await stat(join(root, path)).catch(() => null);
        lines.push(`${path} ${found?.size ?? '?'}`);
      }
    }
    if (others > 0) lines.push(`${folder}/ and ${others} more`);
  };
  await walk('', 0);
  return lines;
}
