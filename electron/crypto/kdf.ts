import { argon2id } from 'hash-wasm';

/** Argon2id parameters (RFC 9106), stored with every slot so that they can rise later. */
export interface Argon2Parameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** What a slot may not go below: RFC 9106 section 4, second recommended option. */
export const ARGON2_FLOOR: Argon2Parameters = { memoryKiB: 65_536, passes: 3, lanes: 1 };
const MAX_PASSES = 10;

/** 32 bytes from a password; the caller zeroes both. */
export type Argon2 = (
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
) => Promise<Uint8Array>;

/**
 * Derives in this process. WebAssembly's memory and the texts that the package makes on the way keep what
 * opens the slot until the process ends. Measured at the floor: 0.3–0.4 s.
 */
export const argon2Here: Argon2 = (password, salt, parameters) =>
  argon2id({
    password,
    salt,
    memorySize: parameters.memoryKiB,
    iterations: parameters.passes,
    parallelism: parameters.lanes,
    hashLength: 32,
    outputType: 'binary',
  });

let derive: Argon2 = argon2Here;

/** From now on passwords are derived by `run`: main names a process that ends with every derivation. */
export function deriveElsewhere(run: Argon2): void {
  derive = run;
}

/** 32 bytes from a password. The caller zeroes both. */
export function argon2(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
): Promise<Uint8Array> {
  return derive(password, salt, parameters);
}

/**
 * Picks parameters for this machine and process: the floor, with more passes while one derivation stays under `targetMs`.
 * WebAssembly runs one lane at a time, so lanes would only help an attacker.
 */
export async function measureArgon2(
  targetMs = 500,
  floor: Argon2Parameters = ARGON2_FLOOR,
): Promise<Argon2Parameters> {
  const startedMs = performance.now();
  await argon2Here(new Uint8Array(16), new Uint8Array(16), floor);
  const msPerPass = Math.max(1, performance.now() - startedMs) / floor.passes;
  const passes = Math.min(MAX_PASSES, Math.max(floor.passes, Math.floor(targetMs / msPerPass)));
  return { ...floor, passes };
}
