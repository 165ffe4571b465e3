import { err, ok, type Result } from './result';

/** RFC 9285: the 45 characters of a QR code's alphanumeric mode. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Base 45 of bytes (RFC 9285): two bytes in three characters, a last single one in two. */
export function base45FromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
    for (let i = 0; i < (isPair ? 3 : 2); i++) {
      text += ALPHABET.charAt(value % 45);
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** The bytes of a base 45 text; one reading only, as the standard demands. */
export function bytesFromBase45(text: string): Result<Uint8Array, 'character' | 'length'> {
  if (text.length % 3 === 1) return err('length');
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let to = 0;
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    if (group.includes(-1)) return err('character');
    const [a = 0, b = 0, c = 0] = group;
    const value = a + b * 45 + c * 2025;
    const isPair = group.length === 3;
    if (value > (isPair ? 0xffff : 0xff)) return err('character');
    if (isPair) bytes[to++] = value >> 8;
    bytes[to++] = value & 0xff;
  }
  return ok(bytes);
}
