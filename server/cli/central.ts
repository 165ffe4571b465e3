import { FolderInUse } from '../store/folder-lock';
import { readArguments, UsageError } from './arguments';
import { COMMON_VALUES, type Terminal } from './commands';
import { SalvageIncomplete } from './salvage-commands';
import { COMMANDS, GROUPS } from './tables/all';

const PARENT_CHECK_MS = 2_000;

function helpText(): string {
  const lines = GROUPS.flatMap(({ title, commands }) => [
    `${title}:`,
    ...Object.entries(commands).map(
      ([name, { usage, about }]) => `  ${name} ${usage}\n      ${about}`,
    ),
    '',
  ]);
  return [
    'FieldCert central server',
    '',
    'usage: central COMMAND [--dir .central] [--database-url postgres://…] …',
    '',
    ...lines,
    'help: this text',
    '',
    'Keys, objects and the embedded database live in --dir. With --database-url (or DATABASE_URL) the',
    'rows live in that PostgreSQL instead.',
  ].join('\n');
}

const terminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  untilAsked: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.once(signal, () => resolve());
      // A parent that started us over a channel and is gone wants nothing any more.
      process.once('disconnect', () => resolve());
      // So does one that was killed: whoever adopts us then is not the one who started us.
      const parent = process.ppid;
      setInterval(() => process.ppid !== parent && resolve(), PARENT_CHECK_MS).unref();
    }),
};

async function main([name = 'help', ...rest]: readonly string[]): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    terminal.out(helpText());
    return 0;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`unknown command ${name}`);
    const isNamed = command.first === undefined || rest[0]?.startsWith('--') !== false;
    const words = isNamed ? rest : [`--${command.first}`, ...rest];
    const values = [...COMMON_VALUES, ...command.values];
    await command.run(readArguments(words, command.flags, values), terminal);
    return 0;
  } catch (error) {
    if (error instanceof FolderInUse) {
      terminal.err(error.message);
      return 3;
    }
    if (error instanceof SalvageIncomplete) {
      terminal.err(error.message);
      return 1;
    }
    if (error instanceof UsageError || error instanceof RangeError) {
      terminal.err(`${error.message}\n\ncentral help says more.`);
      return 2;
    }
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
