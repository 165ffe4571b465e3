import { expect, test } from 'vitest';
import { latestOnly } from './latest-only';

// Bug: fast typing floods the store with a question a key, the last text is never asked, or two run side by side.
test('one runs at a time, and of those asked meanwhile only the last', async () => {
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const ask = latestOnly(
    (text: string) =>
      new Promise<void>((end) => {
        done.push(text);
        ends.push(end);
      }),
  );
  const endOne = async () => {
    ends.shift()?.();
    await new Promise((next) => setImmediate(next));
  };
  for (const text of ['张', '张三', '张三丰']) ask(text);
  expect(done).toEqual(['张']);
  await endOne();
  expect(done).toEqual(['张', '张三丰']);
  await endOne();
  expect(ends).toEqual([]);
  ask('李');
  expect(done).toEqual(['张', '张三丰', '李']);
});
