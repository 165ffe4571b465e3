import { expect, test } from '@playwright/test';
import { type Desk, startDesk } from '../../fixtures/desk';

/** A page that was taken over (a poisoned name, a note) must find nothing to take. */
test.describe('page isolation', () => {
  let desk: Desk;
  test.beforeAll(async () => {
    desk = await startDesk({ args: ['--no-practice'] });
  });
  test.afterAll(async () => desk.close());

  // Bug: a preload or window option that lets Node or Electron leak into the page.
  test('the page has no Node, no Electron and a frozen bridge', async () => {
    const found = await desk.page.evaluate(() => {
      const scope = globalThis as unknown as Record<string, unknown>;
      const bridge = scope.fieldcert as Record<string, unknown>;
      let isReplaced = false;
      try {
        bridge.invoke = () => 'mine';
        isReplaced = String(bridge.invoke).includes('mine');
      } catch {
        isReplaced = false;
      }
      return {
        globals: [
          'require',
          'process',
          'module',
          'Buffer',
          'electron',
          'ipcRenderer',
          'global',
        ].filter((name) => name in scope),
        bridge: Object.keys(bridge).sort(),
        isReplaced,
      };
    });
    expect(found).toEqual({ globals: [], bridge: ['invoke', 'on'], isReplaced: false });
  });

  // Bug: a window made with defaults instead of the guarded preferences.
  test('web preferences of the window are the guarded ones', async () => {
    const preferences = await desk.app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0];
      const contents = window?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } =
        contents.getLastWebPreferences();
      return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag };
    });
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  // Bug: a relaxed CSP (unsafe-eval, unsafe-inline, a host).
  test('eval, inline scripts and inline handlers do not run', async () => {
    const ran = await desk.page.evaluate(async () => {
      const scope = globalThis as unknown as Record<string, unknown>;
      const script = document.createElement('script');
      script.textContent = 'globalThis.__inline = true';
      document.body.append(script);
      const image = document.createElement('div');
      image.innerHTML = '<img src="x" onerror="globalThis.__handler = true">';
      document.body.append(image);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const outcome = {
        inline: scope.__inline === true,
        handler: scope.__handler === true,
        tags: 0,
      };
      script.remove();
      image.remove();
      outcome.tags = document.querySelectorAll('script:not([src])').length;
      return outcome;
    });
    expect(ran).toEqual({ inline: false, handler: false, tags: 0 });
    // Playwright's own evaluate is exempt from the CSP, a timer's string is not.
    const evaluated = await desk.page.evaluate(async () => {
      const scope = globalThis as unknown as Record<string, unknown>;
      try {
        (setTimeout as (code: string, ms: number) => unknown)('globalThis.__evaluated = true', 0);
      } catch {
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return scope.__evaluated === true;
    });
    expect(evaluated).toBe(false);
  });

  // Bug: a page that can send records somewhere.
  test('the page reaches nothing but its own files', async () => {
    const reached = await desk.page.evaluate(async () => {
      const attempt = async (act: () => Promise<unknown>) =>
        act().then(
          () => true,
          () => false,
        );
      const image = (src: string) =>
        new Promise((resolve, reject) => {
          const element = new Image();
          element.onload = resolve;
          element.onerror = reject;
          element.src = src;
        });
      return {
        http: await attempt(() => fetch('http://127.0.0.1:9/x')),
        own: await attempt(() => fetch('app://fieldcert/index.html')),
        file: await attempt(() => fetch('file:///etc/passwd')),
        image: await attempt(() => image('http://127.0.0.1:9/x.png')),
        socket: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const socket = new WebSocket('ws://127.0.0.1:9');
              socket.onopen = resolve;
              socket.onerror = reject;
            }),
        ),
        beacon: navigator.sendBeacon('http://127.0.0.1:9/x', 'secret') && false,
      };
    });
    expect(reached).toEqual({
      http: false,
      own: false,
      file: false,
      image: false,
      socket: false,
      beacon: false,
    });
  });

  // Bug: a missing navigation or window-open guard.
  test('navigation, new windows and frames are denied', async () => {
    const before = desk.page.url();
    const opened = await desk.page.evaluate(() => window.open('https://example.com/') === null);
    expect(opened).toBe(true);
    for (const target of [
      'https://example.com/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
    ]) {
      await desk.page.evaluate((address) => {
        const link = document.createElement('a');
        link.href = address;
        document.body.append(link);
        link.click();
        link.remove();
      }, target);
    }
    await desk.page.waitForTimeout(500);
    expect(desk.page.url()).toBe(before);
    expect(desk.app.windows()).toHaveLength(1);
    const frame = await desk.page.evaluate(async () => {
      const element = document.createElement('iframe');
      element.srcdoc = '<p>frame</p>';
      document.body.append(element);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const scope = element.contentWindow as unknown as Record<string, unknown> | null;
      const hasBridge = scope !== null && 'fieldcert' in scope;
      element.remove();
      return hasBridge;
    });
    expect(frame).toBe(false);
  });

  // Bug: Electron's default, which grants every permission.
  test('every permission is denied', async () => {
    const granted = await desk.page.evaluate(async () => {
      const states: string[] = [];
      for (const name of ['geolocation', 'notifications', 'midi', 'clipboard-read'] as const) {
        const state = await navigator.permissions.query({ name: name as PermissionName }).then(
          (s) => s.state,
          () => 'denied',
        );
        if (state === 'granted') states.push(name);
      }
      const hasCamera = await (
        navigator.mediaDevices?.getUserMedia({ video: true }) ?? Promise.reject(new Error('none'))
      ).then(
        () => true,
        () => false,
      );
      return { states, hasCamera };
    });
    expect(granted).toEqual({ states: [], hasCamera: false });
  });
});
