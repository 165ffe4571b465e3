import * as real from 'node:crypto';
import { world } from '../world/world';

/*
 * What stands in for `node:crypto`: itself, but that WebCrypto runs one call at a time while the world stands
 * still, and that names made by chance follow the seed. Keys and initialisation vectors stay random: they
 * change bytes, never lengths or what is decided.
 */

let turn: Promise<unknown> = Promise.resolve();

const subtle = new Proxy(real.webcrypto.subtle, {
  get: (target, name) => {
    const call = Reflect.get(target, name) as unknown;
    if (typeof call !== 'function') return call;
    return (...args: unknown[]) => {
      const act = () => (call as (...all: unknown[]) => Promise<unknown>).apply(target, args);
      const result = turn.then(act);
      turn = result.catch(() => undefined);
      return world().outsideWork(result);
    };
  },
});

export const webcrypto = new Proxy(real.webcrypto, {
  get: (target, name) => (name === 'subtle' ? subtle : Reflect.get(target, name)),
});

export function randomUUID(): string {
  const digits = Array.from({ length: 32 }, () => world().chance.between(0, 15).toString(16)).join(
    '',
  );
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export * from 'node:crypto';
