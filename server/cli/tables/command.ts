import type { Arguments } from '../arguments';
import type { Terminal } from '../commands';

/** One command of the central server. */
export interface Command {
  readonly run: (args: Arguments, terminal: Terminal) => Promise<void>;
  readonly flags: readonly string[];
  readonly values: readonly string[];
  /** Option that a first word without `--` stands for. */
  readonly first?: string;
  readonly usage: string;
  readonly about: string;
}

/** Commands that belong together, as `help` lists them. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: Readonly<Record<string, Command>>;
}
