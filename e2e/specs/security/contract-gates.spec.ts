import { expect, test } from '@playwright/test';
import { CONTRACT } from '../../../shared/ipc/contract';
import { invokeRaw } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';

/** Calls that a taken-over page would try against main, before anybody has unlocked. */
test.describe('contract gates', () => {
  let desk: Desk;
  test.beforeAll(async () => {
    desk = await startDesk({ args: ['--no-practice'] });
  });
  test.afterAll(async () => desk.close());

  // Bug: a route added without its lock; every route that needs a session must refuse without one.
  test('no route that needs a session answers while locked', async () => {
    for (const [name, route] of Object.entries(CONTRACT)) {
      if (route.needs !== 'unlocked') continue;
      const answer = (await invokeRaw(desk.page, name, {})) as {
        ok: boolean;
        error?: { code: string };
      };
      expect(answer.ok, name).toBe(false);
      expect(['LOCKED', 'FORBIDDEN'], name).toContain(answer.error?.code);
    }
  });

  // Bug: the signing window's routes reachable from the main window (a PIN asked by a page).
  test('routes of the signing window are refused from the main window', async () => {
    for (const [name, route] of Object.entries(CONTRACT)) {
      if (route.window !== 'signing') continue;
      expect(await invokeRaw(desk.page, name, {}), name).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN' },
      });
    }
  });

  // Bug: loose input: unknown routes, prototype names, extra fields, oversized text.
  test('malformed calls are refused with a code and change nothing', async () => {
    for (const name of [
      '',
      'constructor',
      '__proto__',
      'toString',
      'search.query; drop',
      'a'.repeat(10_000),
    ]) {
      expect(await invokeRaw(desk.page, name, {})).toMatchObject({ ok: false });
    }
    const before = await invokeRaw(desk.page, 'app.state', {});
    const bad: [string, unknown][] = [
      ['settings.set', { theme: 'neon' }],
      ['settings.set', { theme: 'dark', extra: true }],
      ['settings.set', { fontStep: 1e9 }],
      ['settings.set', null],
      ['unlock.open', { badge: 'x'.repeat(100), password: new Uint8Array([1]) }],
      ['unlock.open', { badge: '1', password: 'a string instead of bytes' }],
      ['app.state', { path: '../../etc/passwd' }],
      ['exports.verify', { bytes: '/etc/passwd' }],
    ];
    for (const [name, input] of bad) {
      expect(await invokeRaw(desk.page, name, input), name).toMatchObject({
        ok: false,
        error: { code: 'INPUT_INVALID' },
      });
    }
    expect(await invokeRaw(desk.page, 'app.state', {})).toEqual(before);
  });

  // Bug: errors that carry paths, stacks or SQL to the page.
  test('a refusal carries a code, params and a reference, nothing else', async () => {
    const answer = (await invokeRaw(desk.page, 'unlock.enrol', {
      address: 'https://127.0.0.1:9',
      code: 'not-a-code',
      password: new TextEncoder().encode('long enough password'),
    }).catch((error: unknown) => error)) as { ok: boolean; error: Record<string, unknown> };
    expect(answer.ok).toBe(false);
    expect(Object.keys(answer.error).sort()).toEqual(['code', 'params', 'ref']);
    expect(JSON.stringify(answer)).not.toMatch(/\/|\\|\.ts|\.cjs|Error:/);
  });
});
