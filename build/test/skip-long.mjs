import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { at } from '../paths.mjs';
import { isQuick, long } from './long.mjs';

// Single tests of long.json, left out of a whole run.
if (isQuick)
  beforeEach((context) => {
    const names = long.tests[relative(at('.'), context.task.file.filepath)] ?? [];
    if (names.includes(context.task.name)) context.skip();
  });
