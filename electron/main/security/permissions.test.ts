import { describe, expect, it } from 'vitest';
import { CameraGate, isGranted, type Wish } from './permissions';

const wish: Wish = {
  permission: 'media',
  address: 'app://fieldcert/index.html',
  isMainWindow: true,
  isMainFrame: true,
  media: ['video'],
};

describe('permissions of pages', () => {
  // Bug: a camera that any page of the program, a frame in it, or a stranger can turn on; or a microphone with it.
  it('are the camera of the main page alone, without sound, while a person has opened it', () => {
    let now = 1_000_000;
    const camera = new CameraGate(() => now);
    expect(isGranted(wish, camera)).toBe(false);
    camera.open();
    expect(isGranted(wish, camera)).toBe(true);
    const others: Partial<Wish>[] = [
      { media: [] },
      { media: ['audio'] },
      { media: ['video', 'audio'] },
      { permission: 'display-capture' },
      { permission: 'clipboard-read' },
      { address: 'app://fieldcert.evil/' },
      { address: 'https://fieldcert/' },
      { isMainWindow: false },
      { isMainFrame: false },
    ];
    for (const other of others) expect(isGranted({ ...wish, ...other }, camera)).toBe(false);
    camera.close();
    expect(isGranted(wish, camera)).toBe(false);
    camera.open();
    now += 10_000;
    expect(isGranted(wish, camera)).toBe(false);
    // A clock that was set back opens nothing for longer.
    camera.open();
    now -= 60_000;
    expect(isGranted(wish, camera)).toBe(false);
  });
});
