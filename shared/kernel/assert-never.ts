/** Closes a switch over a union: a new member becomes a compile error. Throws if reached anyway. */
export function assertNever(value: never): never {
  throw new TypeError(`unreachable case: ${String(value)}`);
}
