import { POLICY_MAX_BYTES, type Policy, parsePolicy, UNREAD } from './policy';

/** Where Windows keeps what administrators set for all people of a machine; only they may write there. */
export const POLICY_KEY = 'HKLM\\Software\\Policies\\FieldCert';

/** Subkeys whose values are fields of one field. */
const GROUPS = ['updates'];
/** `reg.exe query` writes this before a value's name, its type and its data. */
const GAP = '    ';
/** What a key is set to as a whole, in the system's language. */
const DEFAULT = /^\(.{1,40}\)$/;

/**
 * The managed configuration out of what `reg.exe query KEY /s` wrote: values of type REG_SZ in the key and its subkey
 * `updates`, by the names of the policy file. Written by a console it comes in the code page of the system (GBK on a
 * Chinese one), redirected by some shells as UTF-16: all that counts in it is ASCII. `UNREAD` for an
 * unknown type or subkey and anything else that is none; names and values as `parsePolicy`. Names differ in case on Windows only by accident.
 */
export function policyOfRegistry(
  output: Uint8Array,
  onUnknown?: (names: readonly string[]) => void,
): Policy {
  if (output.length > 2 * POLICY_MAX_BYTES) return UNREAD;
  const fields: Record<string, unknown> = {};
  let into: Record<string, unknown> | undefined;
  for (const line of textOf(output).split(/\r?\n/)) {
    if (line.trim() === '') continue;
    if (/^HKEY_/i.test(line)) into = groupOf(fields, line);
    else if (into === undefined || !take(into, line)) return UNREAD;
    if (into === undefined) return UNREAD;
  }
  return parsePolicy(JSON.stringify(fields), onUnknown);
}

/** Bytes beyond ASCII become letters that no field may hold. */
function textOf(output: Uint8Array): string {
  const bytes = Buffer.from(output);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  // Without a mark: every other byte of ASCII in UTF-16 is zero, and no text has zeros.
  return bytes.includes(0) ? bytes.toString('utf16le') : bytes.toString('latin1');
}

function groupOf(
  fields: Record<string, unknown>,
  line: string,
): Record<string, unknown> | undefined {
  const [below, ...more] = line.trim().split('\\').slice(4);
  if (below === undefined) return fields;
  const name = below.toLowerCase();
  if (more.length > 0 || !GROUPS.includes(name)) return undefined;
  const group = {};
  fields[name] = group;
  return group;
}

/** False for a line that is no value of ours, or one that was there before. */
function take(into: Record<string, unknown>, line: string): boolean {
  const [start, name = '', type, ...data] = line.split(GAP);
  if (start !== '') return false;
  if (DEFAULT.test(name)) return true;
  const isOurs =
    type === 'REG_SZ' && name !== '' && name !== '__proto__' && !Object.hasOwn(into, name);
  if (isOurs) into[name] = data.join(GAP);
  return isOurs;
}
