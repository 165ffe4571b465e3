import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineIdentity, StoreEngine } from './store-engine';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-engine-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An engine on this test's folder, and how often it tried the binding. */
function engineOf(loads: boolean, identity = 'v1|linux', isForced = false) {
  const tried = { times: 0 };
  const engine = new StoreEngine({
    memory: join(dir, 'store-engine'),
    identity,
    isForced,
    probe: async () => {
      tried.times++;
      return loads;
    },
    log,
  });
  return { engine, tried };
}

describe('which store a machine runs', () => {
  // Would catch: a start that waits for the probe every time, or a success believed on another system.
  it('remembers a success for the same program and system only', async () => {
    const first = engineOf(true);
    await Promise.all([first.engine.ready(), first.engine.ready()]);
    expect(first.tried.times).toBe(1);
    const again = engineOf(false);
    await again.engine.ready();
    expect(again.tried.times).toBe(0);
    expect(again.engine.isEmergency).toBe(false);
    const other = engineOf(false, engineIdentity('2', '45.0.0', ''));
    await other.engine.ready();
    expect(other.engine.isEmergency).toBe(true);
  });

  // Would catch: a machine that was mended and stays in the emergency, or one that broke and is never tried again.
  it('tries a failure again at each start, and a success after a crash at opening', async () => {
    const broken = engineOf(false);
    await broken.engine.ready();
    expect(broken.engine.isEmergency).toBe(true);
    expect(existsSync(join(dir, 'store-engine'))).toBe(false);
    const mended = engineOf(true);
    await mended.engine.ready();
    expect(mended.engine.isEmergency).toBe(false);
    const brokenAgain = engineOf(false);
    await brokenAgain.engine.ready();
    expect(brokenAgain.engine.isEmergency).toBe(false);
    await brokenAgain.engine.doubt();
    await brokenAgain.engine.ready();
    expect(brokenAgain.engine.isEmergency).toBe(true);
  });

  // Would catch: a forced emergency that starts the encrypted store all the same.
  it('is forced without a probe', async () => {
    const { engine, tried } = engineOf(true, 'v1|linux', true);
    await engine.ready();
    expect(engine.isEmergency).toBe(true);
    expect(tried.times).toBe(0);
  });
});
