import { deserialize, serialize } from 'node:v8';

/** What host and guest say to each other over the console port. */
export type ToGuest =
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly command: string;
      readonly args: readonly string[];
      readonly hasChannel: boolean;
    }
  | { readonly kind: 'send'; readonly name: string; readonly message: unknown }
  | { readonly kind: 'kill'; readonly name: string };

export type FromGuest =
  | { readonly kind: 'ready' }
  | { readonly kind: 'message'; readonly name: string; readonly message: unknown }
  | { readonly kind: 'output'; readonly name: string; readonly text: string }
  | { readonly kind: 'exit'; readonly name: string; readonly code: number | null };

/** A value as bytes: u32 length, then V8's serialisation, which keeps byte arrays as they are. */
export function frame(value: ToGuest | FromGuest): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length, 0);
  return Buffer.concat([head, body]);
}

/** Takes bytes as they come and gives out the values that are complete. */
export function unframe<T>(give: (value: T) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0);
      give(deserialize(rest.subarray(4, end)) as T);
      rest = rest.subarray(end);
    }
  };
}
