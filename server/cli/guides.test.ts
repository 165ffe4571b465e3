import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMON_VALUES } from './commands';
import { COMMANDS } from './tables/all';

const ROOT = join(__dirname, '../..');
const PARTS = ['build', 'e2e', 'electron', 'renderer', 'resources', 'server', 'shared'];

/** Every guide and README of the project. */
const GUIDES = [
  'README.md',
  ...PARTS.flatMap((part) =>
    readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => relative(ROOT, join(ROOT, part, name))),
  ),
];

/** What a text tells an administrator to type at the centre: between backticks, or a line of a block. */
const commandsIn = (text: string): readonly string[] => [
  ...[...text.matchAll(/`(?:npm run )?central (?:-- )?([a-z][^`]*)`/g)].map(
    ([, rest = '']) => rest,
  ),
  ...[...text.matchAll(/^(?:npm run )?central (?:-- )?([a-z-]+(?: [^\n]*--[^\n]*)?)$/gm)].map(
    ([, rest = '']) => rest,
  ),
];

/** What is wrong with one of them; empty where it could be typed so. */
function wrongIn(typed: string): readonly string[] {
  const [name = '', ...words] = (typed.split('#')[0] ?? '').trim().split(/\s+/);
  if (name === 'help') return [];
  const command = COMMANDS[name];
  if (command === undefined) return [`${name} is no command`];
  const known = [...command.flags, ...command.values, ...COMMON_VALUES];
  const named = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const wrong = named
    .filter((option) => !known.includes(option))
    .map((option) => `${name} has no --${option}`);
  const isBare = words[0] !== undefined && !words[0].startsWith('--');
  return isBare && command.first === undefined
    ? [...wrong, `${name} takes no word of its own`]
    : wrong;
}

describe('commands of the centre that guides name', () => {
  // Would catch: a command renamed, or an option taken away, that an administrator is still told to type.
  it.each(GUIDES)('can be typed as %s has them', (guide) => {
    const typed = commandsIn(readFileSync(join(ROOT, guide), 'utf8'));
    expect(typed.flatMap(wrongIn)).toEqual([]);
  });

  // Would catch: a search that finds nothing any more, so that the test above cannot fail.
  it('are found in the administrator’s guides, the same in each', () => {
    const [zh, en] = ['zh-CN', 'en'].map((locale) =>
      commandsIn(readFileSync(join(ROOT, `resources/guide/guide.${locale}.md`), 'utf8')),
    );
    const names = (typed: readonly string[] = []) => [
      ...new Set(typed.map((one) => one.split(' ')[0])),
    ];
    expect(names(en)).toContain('rotate-region-keys');
    expect(names(en)).toEqual(names(zh));
    expect(wrongIn('directive --device D --sort wipe')).toEqual(['directive has no --sort']);
    expect(wrongIn('revoke D')).toEqual(['revoke is no command']);
    expect(wrongIn('revoke-device D')).toEqual(['revoke-device takes no word of its own']);
  });

  // Would catch: a usage line that names an option which the command refuses, or keeps one to itself.
  it.each(Object.entries(COMMANDS))('are told by help as they are: %s', (name, command) => {
    const told = [...command.usage.matchAll(/--([a-z0-9-]+)/g)].map(([, option]) => option ?? '');
    // An inner command; what it shares with `serve` is told there.
    const shared = name === 'practice' ? COMMANDS.serve?.values : [];
    const untold = [...COMMON_VALUES, ...(shared ?? []), command.first ?? ''];
    const own = [...command.flags, ...command.values].filter((one) => !untold.includes(one));
    const others = told.filter((one) => !COMMON_VALUES.includes(one));
    expect([...new Set(others)].sort(), name).toEqual([...new Set(own)].sort());
  });
});
