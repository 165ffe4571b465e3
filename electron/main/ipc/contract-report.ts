import { z } from 'zod';
import { CONTRACT, type RouteName } from '../../../shared/ipc/contract';
import type { RouteDefinition } from '../../../shared/ipc/define';

/**
 * The contract as a document: every route with its gates and the fields that come in and go out, so
 * that a growing surface shows in a diff.
 */
export function contractReport(): string {
  const names = (Object.keys(CONTRACT) as RouteName[]).sort();
  const lines = [
    '# The contract between pages and main',
    '',
    'Written by `electron/main/ipc/contract-report.test.ts`; a test fails when it is out of date',
    '(`UPDATE_CONTRACT=1` writes it anew). Every line is something that a page can ask for.',
    '',
    `${names.length} routes.`,
    '',
    '| route | kind | needs | roles | window | by | audit | in | out |',
    '|---|---|---|---|---|---|---|---|---|',
    ...names.map((name) => line(name, CONTRACT[name])),
    '',
  ];
  return lines.join('\n');
}

function line(name: string, route: RouteDefinition): string {
  const roles = route.roles === 'any' ? 'any' : route.roles.join(', ');
  const cells = [
    `\`${name}\``,
    route.kind,
    route.needs,
    roles,
    route.window,
    route.transport,
    route.audit ?? '–',
    fields(route.input, 'input'),
    fields(route.output, 'output'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function fields(schema: z.ZodType, io: 'input' | 'output'): string {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const names = new Set<string>();
  for (const part of [json, ...(json.anyOf ?? []), ...(json.oneOf ?? [])]) {
    if (typeof part !== 'object') continue;
    const required = new Set(part.required ?? []);
    for (const name of Object.keys(part.properties ?? {})) {
      names.add(required.has(name) ? name : `${name}?`);
    }
  }
  return names.size === 0 ? '–' : [...names].join(', ');
}
