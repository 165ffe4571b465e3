import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../../../shared/ipc/routes/app';
import { SettingsService } from './settings';

const DEFAULTS = { locale: 'zh-CN', theme: 'light', fontStep: 0 };
const readFrom = (text: string) =>
  new SettingsService({ read: () => text, write: () => undefined }).current;

/** Settings, near misses and anything else. */
const anything = fc.oneof(
  fc.record(
    {
      locale: fc.constantFrom('zh-CN', 'en', 'ug', 'fr', 1, null),
      theme: fc.constantFrom('light', 'dark', 'contrast', 'Light', undefined),
      fontStep: fc.oneof(fc.integer({ min: -1, max: 4 }), fc.double(), fc.constantFrom('1', null)),
      more: fc.anything(),
    },
    { requiredKeys: [] },
  ),
  fc.record({
    locale: fc.constantFrom('zh-CN', 'en', 'ug'),
    theme: fc.constantFrom('light', 'dark', 'contrast'),
    fontStep: fc.integer({ min: 0, max: 3 }),
  }),
  fc.jsonValue(),
);

describe('settings of an installation', () => {
  // Would catch: a file that counts here and not by the contract, or a look that is lost at each start.
  it('are read as their schema judges them', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = JSON.stringify(value) ?? '';
        const judged = SettingsSchema.safeParse(text === '' ? undefined : JSON.parse(text));
        expect(readFrom(text)).toEqual(judged.success ? judged.data : DEFAULTS);
      }),
    );
  });

  // Would catch: a long or broken file that stops the start.
  it('are the shipped ones where their file is none', () => {
    for (const text of ['', '{', 'null', '[]', `"${'x'.repeat(5_000)}"`])
      expect(readFrom(text)).toEqual(DEFAULTS);
  });
});
