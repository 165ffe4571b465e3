// Security rules of other people on our sources. Loaded from the folder of the scanners, where its imports are.
import sdl from '@microsoft/eslint-plugin-sdl';
import parser from '@typescript-eslint/parser';
import unsanitized from 'eslint-plugin-no-unsanitized';
import security from 'eslint-plugin-security';

export default [
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts', '**/*.test.tsx', '**/test/**', '**/node_modules/**'],
    // What is justified is justified in build/scan/justified.mjs, where it is read, not beside the code.
    linterOptions: { noInlineConfig: true },
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { security, 'no-unsanitized': unsanitized, '@microsoft/sdl': sdl },
    rules: {
      ...security.configs.recommended.rules,
      ...unsanitized.configs.recommended.rules,
      ...Object.fromEntries(
        Object.keys(sdl.rules).map((name) => [`@microsoft/sdl/${name}`, 'error']),
      ),
      // Every indexed access: types say what keys there are, and records from outside are parsed by closed schemas.
      'security/detect-object-injection': 'off',
      // Every path that is not a literal: no path comes from a page (contract.report.md), and what names files in an
      // archive, a stick or a list is checked where it is read.
      'security/detect-non-literal-fs-filename': 'off',
    },
  },
];
