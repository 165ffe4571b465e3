import type { Tone } from '../../../lib/status';

/** Hertz: high for what is good, low for what is not; two things apart even in noise. */
const PITCH: Readonly<Record<Tone, number>> = { ok: 880, warn: 660, bad: 220, off: 330, info: 440 };
const SECONDS = 0.18;

/** A short tone for a verdict, for eyes that look at the person. */
export function soundFor(tone: Tone): void {
  const context = new AudioContext();
  const tone_ = context.createOscillator();
  const volume = context.createGain();
  tone_.frequency.value = PITCH[tone];
  volume.gain.value = 0.2;
  tone_.connect(volume).connect(context.destination);
  tone_.onended = () => void context.close();
  tone_.start();
  tone_.stop(context.currentTime + SECONDS * (tone === 'bad' ? 3 : 1));
}
