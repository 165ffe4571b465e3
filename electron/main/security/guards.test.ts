import type { App } from 'electron';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from './csp';
import { refuseDebugging } from './debugging';
import { isOwnAddress } from './origin';
import { mayRequest } from './requests';
import { enforceSandbox } from './sandbox';

/** As much of Electron's App as the start guards ask. */
function application(switches: readonly string[], isPackaged: boolean) {
  let isSandboxed = false;
  const app = {
    isPackaged,
    commandLine: { hasSwitch: (name: string) => switches.includes(name) },
    enableSandbox: () => {
      isSandboxed = true;
    },
  };
  return { app: app as unknown as App, isSandboxed: () => isSandboxed };
}

describe('start guards', () => {
  // Would catch: a release that another program can drive over the debugging protocol.
  it('refuses remote debugging in a release only', () => {
    for (const name of ['remote-debugging-port', 'remote-debugging-pipe']) {
      expect(() => refuseDebugging(application([name], true).app)).toThrow();
      expect(() => refuseDebugging(application([name], false).app)).not.toThrow();
    }
    expect(() => refuseDebugging(application([], true).app)).not.toThrow();
  });

  // Would catch: pages outside of the sandbox, or a release that lets it be switched off.
  it('enables the sandbox and lets only a checkout go without', () => {
    const usual = application([], true);
    enforceSandbox(usual.app);
    expect(usual.isSandboxed()).toBe(true);
    const root = application(['no-sandbox'], false);
    enforceSandbox(root.app);
    expect(root.isSandboxed()).toBe(false);
    expect(() => enforceSandbox(application(['no-sandbox'], true).app)).toThrow();
  });
});

describe('origin and requests', () => {
  // Would catch: a look-alike origin passing the sender or navigation guard.
  it('knows its own origin', () => {
    expect(isOwnAddress('app://fieldcert/index.html')).toBe(true);
    for (const address of [
      'app://fieldcert.evil/',
      'app://evil/fieldcert',
      'app://fieldcert:80/',
      'app://a@fieldcert/',
      'application://fieldcert/',
      'https://fieldcert/',
      'javascript:alert(1)',
      '',
    ]) {
      expect(isOwnAddress(address)).toBe(false);
    }
  });

  // Would catch: records leaving by a request of a page.
  it('lets a page ask for its own files only', () => {
    expect(mayRequest('app://fieldcert/assets/a.js')).toBe(true);
    expect(mayRequest('blob:app://fieldcert/0f')).toBe(true);
    for (const address of [
      'https://a.example/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'data:text/html,x',
    ]) {
      expect(mayRequest(address)).toBe(false);
    }
  });

  // Would catch: a policy relaxed for convenience.
  it('has a policy without unsafe sources, hosts or connections', () => {
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*|wasm/);
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("connect-src 'none'");
  });
});
