/** What was typed after the command: `--name value`, `--name`, repeated names collected. */
export interface Arguments {
  text(name: string): string | undefined;
  /** Throws UsageError when it is missing. */
  need(name: string): string;
  /** A whole number within the bounds. Throws UsageError otherwise. */
  number(name: string, low: number, high: number): number | undefined;
  all(name: string): readonly string[];
  has(name: string): boolean;
}

/** A command line that cannot be understood; the message is for the operator. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** `flags` take no value, `values` take one. Anything else is a UsageError. */
export function readArguments(
  words: readonly string[],
  flags: readonly string[],
  values: readonly string[],
): Arguments {
  const found = new Map<string, string[]>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [name = '', inline] = word.replace(/^--/, '').split(/=(.*)/s);
    if (!word.startsWith('--') || (!flags.includes(name) && !values.includes(name)))
      throw new UsageError(`unknown argument ${word}`);
    const value = flags.includes(name) ? '' : (inline ?? words[++i]);
    if (value === undefined || (values.includes(name) && value.startsWith('--')))
      throw new UsageError(`--${name} wants a value`);
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  const text = (name: string): string | undefined => found.get(name)?.at(-1);
  return {
    text,
    all: (name) => found.get(name) ?? [],
    has: (name) => found.has(name),
    need: (name) => {
      const value = text(name);
      if (value === undefined) throw new UsageError(`--${name} is missing`);
      return value;
    },
    number: (name, low, high) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (!Number.isInteger(number) || number < low || number > high)
        throw new UsageError(`--${name} wants a whole number from ${low} to ${high}`);
      return number;
    },
  };
}
