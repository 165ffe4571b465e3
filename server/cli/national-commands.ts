import { writeFile } from 'node:fs/promises';
import QRCode from 'qrcode';
import { isoFromDay } from '../../shared/kernel/day';
import type { Arguments } from './arguments';
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
