import { ACTS } from './acts';
import type { Command, CommandGroup } from './command';
import { DEVICES } from './devices';
import { ORDERS } from './orders';
import { RECORDS } from './records';
import { RELEASE } from './release';
import { SERVING } from './serving';
import { STICKS } from './sticks';

/** Every command of the central server, as `help` lists them. */
export const GROUPS: readonly CommandGroup[] = [
  SERVING,
  RECORDS,
  DEVICES,
  ORDERS,
  ACTS,
  STICKS,
  RELEASE,
];

/** The same by their names. */
export const COMMANDS: Readonly<Record<string, Command>> = Object.assign(
  {},
  ...GROUPS.map(({ commands }) => commands),
);
