import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { type ReadSalvage, SalvageRefused } from '../salvage/read-salvage';
import { SalvageUnreadable } from '../store/salvage-file';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

/** Files were written, but not everything could be read or hangs together. */
export class SalvageIncomplete extends Error {
  constructor() {
    super('not everything could be read, or the audit chain breaks: see above');
    this.name = 'SalvageIncomplete';
  }
}

/**
 * `salvage-read`: what an office saved of a damaged journal, as readable lines and as commands for `outbox-import`.
 * Existing files are not overwritten. Throws SalvageIncomplete after writing when something is missing.
 */
export function salvageRead(args: Arguments, terminal: Terminal): Promise<void> {
  const [folder, out] = [args.need('folder'), args.need('out')];
  const commandsOut = args.text('commands') ?? `${out}.outbox`;
  return withCentral(args, terminal, async (central) => {
    const files = newFiles([out, commandsOut]);
    let read: ReadSalvage;
    try {
      read = await central.readSalvage(folder, {
        readable: (line) => files.write(out, line),
        command: (line) => files.write(commandsOut, line),
      });
      files.close();
    } catch (error) {
      // Half a file would look like a result.
      files.remove();
      throw error instanceof SalvageRefused || error instanceof SalvageUnreadable
        ? new RangeError(error.message)
        : error;
    }
    if (args.has('json')) terminal.out(JSON.stringify(read));
    else for (const line of told(read, out, commandsOut)) terminal.out(line);
    if (read.unreadable.length > 0 || read.chain.breaks.length > 0) throw new SalvageIncomplete();
  });
}

function told(read: ReadSalvage, out: string, commandsOut: string): string[] {
  const { device, auditEntries, chain, commands, rows, unreadable, damagedPages } = read;
  const others = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  return [
    `device ${device}: ${auditEntries} audit entries, ${commands} commands${others.length > 0 ? `  ${others.join('  ')}` : ''}`,
    `readable: ${out}`,
    `commands, still sealed, for outbox-import: ${commandsOut}`,
    `pages of the journal that were damaged in the office: ${damagedPages}`,
    ...chain.parts.map(({ from, to }) => `audit chain verifies from entry ${from} to ${to}`),
    ...chain.breaks.map(({ seq, fault }) => `audit chain breaks at entry ${seq}: ${fault}`),
    ...unreadable.map((table) => `${table} could not be read, or not to its end`),
  ];
}

/** Files that were not there, for their owner alone: they hold what people did, in plain. Throws UsageError. */
function newFiles(paths: readonly string[]) {
  const open = new Map<string, number>();
  const close = (): void => {
    for (const file of open.values()) closeSync(file);
  };
  const remove = (): void => {
    close();
    for (const path of open.keys()) rmSync(path, { force: true });
  };
  for (const path of paths) {
    try {
      open.set(path, openSync(path, 'wx', 0o600));
    } catch (error) {
      remove();
      throw new UsageError(
        `${path} cannot be made: ${error instanceof Error ? error.message : ''}`,
      );
    }
  }
  const write = (path: string, line: string): void => {
    const file = open.get(path);
    if (file !== undefined) writeSync(file, `${line}\n`);
  };
  return { write, close, remove };
}
