import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EnrolAnswer } from '../../../../shared/protocol/enrol';
import { type DeviceKey, makeDeviceKey } from './device-keys';
import { KeptAnswer } from './kept-answer';

type Keys = Readonly<Record<'tls', DeviceKey>>;
const make = (): Keys => ({ tls: makeDeviceKey() });
const isZero = ({ tls }: Keys) => tls.privateDer.every((byte) => byte === 0);
const ANSWER = { deviceId: 'D-1' } as EnrolAnswer;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the keys of a device that enrols', () => {
  // Would catch: other keys at the second try, for which the code is used up; keys zeroed under the answer that came for them.
  it('are the same for the same code, whether an answer came or not', async () => {
    const kept = new KeptAnswer<Keys>();
    const { device } = await kept.begin('A', make);
    expect(await kept.begin('A', make)).toEqual({ device, answer: null });
    kept.answered('A', ANSWER);
    const again = await kept.begin('A', make);
    expect(again.device).toBe(device);
    expect(again.answer).toBe(ANSWER);
    expect(isZero(device)).toBe(false);
  });

  // Would catch: an answer booked on another code's keys; keys that stay in memory; keys zeroed while they are used.
  it('end with another code, when given up, and some minutes after the last try', async () => {
    const kept = new KeptAnswer<Keys>();
    const { device: first } = await kept.begin('A', make);
    const { device: second, answer } = await kept.begin('B', make);
    kept.answered('A', ANSWER);
    expect([isZero(first), isZero(second), answer]).toEqual([true, false, null]);
    expect((await kept.begin('B', make)).answer).toBeNull();
    vi.advanceTimersByTime(14 * 60_000);
    expect((await kept.begin('B', make)).device).toBe(second);
    vi.advanceTimersByTime(14 * 60_000);
    expect(isZero(second)).toBe(false);
    vi.advanceTimersByTime(2 * 60_000);
    expect(isZero(second)).toBe(true);
    expect((await kept.begin('B', make)).device).not.toBe(second);
  });
});
