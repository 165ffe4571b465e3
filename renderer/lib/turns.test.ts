import { expect, test } from 'vitest';
import { Turns } from './turns';

// Bug: the answer to a former asking counts as the newest's, or a picture that was taken before somebody was asked for does.
test('only what no other turn followed is the newest', () => {
  const turns = new Turns();
  const before = turns.present();
  expect(before()).toBe(true);
  const first = turns.begin();
  const picture = turns.present();
  expect([before(), first(), picture()]).toEqual([false, true, true]);
  const second = turns.begin();
  expect([first(), picture(), second()]).toEqual([false, false, true]);
});
