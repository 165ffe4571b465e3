import { readFile, writeFile } from 'node:fs/promises';
import QRCode from 'qrcode';
import { dayFromIso, isoFromDay } from '../../shared/kernel/day';
import { fingerprintOf } from '../national/code-key-file';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

/** `national`: builds and publishes the national status filter now. */
export function national(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const made = await central.national.publish();
    if (args.has('json')) {
      terminal.out(JSON.stringify(made));
      return;
    }
    const { seq, day, certificates, listed, bytes } = made;
    terminal.out(`publication ${seq} as of ${isoFromDay(day)}`);
    terminal.out(`${listed} of ${certificates} certificates not in force, ${bytes} bytes`);
  });
}

/** `code`: the compact signed code of a certificate, and its QR code as a picture. */
export function code(args: Arguments, terminal: Terminal): Promise<void> {
  const id = args.number('certificate', 1, Number.MAX_SAFE_INTEGER) ?? 0;
  return withCentral(args, terminal, async (central) => {
    const alg = args.has('sm2') ? 'SM2' : 'ES256';
    const text = await central.codeOf(args.need('region'), id, alg);
    const out = args.text('out');
    if (out !== undefined) {
      // Alphanumeric mode by its characters; M survives a crease.
      const picture = await QRCode.toBuffer(text, { errorCorrectionLevel: 'M', scale: 6 });
      await writeFile(out, picture);
    }
    terminal.out(text);
  });
}

/** A day of the command line. Throws UsageError. */
function dayOf(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  try {
    return dayFromIso(text);
  } catch {
    throw new UsageError(`--${name} wants a day: 2026-01-31`);
  }
}

/** `code-keys`: keys under which compact codes count: list, hand out the own ones, add or take away other centres'. */
export function codeKeys(args: Arguments, terminal: Terminal): Promise<void> {
  const [out, add, remove] = [args.text('export'), args.text('add'), args.text('remove')];
  for (const name of ['from', 'until']) dayOf(args, name);
  return withCentral(args, terminal, async (central) => {
    const { national } = central;
    if (out !== undefined)
      await writeFile(out, `${JSON.stringify(national.ownKeys(), null, 2)}\n`, { flag: 'wx' });
    try {
      if (add !== undefined) {
        const how = { name: args.need('name'), from: args.text('from'), until: args.text('until') };
        await central.codeKeys.add(await readFile(add, 'utf8'), how);
      }
      if (remove !== undefined) await central.codeKeys.remove(remove);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message);
      throw error;
    }
    for (const one of national.issuers()) {
      const days = `${isoFromDay(one.fromDay)} to ${one.untilDay === null ? '…' : isoFromDay(one.untilDay)}`;
      terminal.out(`${one.kid}  ${one.alg.padEnd(5)}  ${one.isOwn ? 'own' : days}  ${one.name}`);
      terminal.out(`    ${fingerprintOf(one.alg, one.key)}`);
    }
    if (add !== undefined || remove !== undefined) {
      terminal.out('a publication takes this to the devices');
      if (add !== undefined)
        terminal.out('compare the fingerprints with the other centre by another way');
    }
  });
}
