import { readFileSync } from 'node:fs';
import { MAX_OUTGOING_BYTES } from '../../shared/protocol/bundle';
import type { DeviceLag } from '../store/device-contact';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const MIB = 1024 * 1024;
/** One byte below 4 GiB is the most that FAT32 takes. */
const MAX_VOLUME_MB = 4_095;

/** `bundle`: what a device lacks, as volumes for a stick. */
export function bundle(args: Arguments, terminal: Terminal): Promise<void> {
  const [device, out, since] = [args.need('device'), args.need('out'), args.text('since')];
  if (since !== undefined && args.has('full')) throw new UsageError('either --since or --full');
  const volumeMb = args.number('volume-mb', 17, MAX_VOLUME_MB);
  const picturesMb = args.number('pictures-mb', 0, 100_000);
  const endpoints = args.all('endpoint');
  if (endpoints.some((address) => !/^https:\/\/[^/]+$/.test(address)))
    throw new UsageError('--endpoint wants https://host:port');
  return withCentral(args, terminal, async (central) => {
    const made = await central.bundle({
      device,
      out,
      since: since !== undefined && /^\d{1,15}$/.test(since) ? Number(since) : since,
      isFull: args.has('full'),
      volumeBytes: volumeMb === undefined ? undefined : volumeMb * MIB,
      endpoints,
      pictureBytes: picturesMb === undefined ? undefined : picturesMb * MIB,
    });
    if (args.has('json')) {
      terminal.out(JSON.stringify(made));
      return;
    }
    const { kind, from, to, counts, rows, bytes, files } = made;
    terminal.out(`bundle   ${made.id} for device ${made.device}, office ${made.office}`);
    terminal.out(
      kind === 'full'
        ? `brings   a first load of ${rows} rows, and changes up to ${to}`
        : `brings   changes ${from} to ${to}`,
    );
    terminal.out(
      `changes  added ${counts.added}  changed ${counts.changed}  left ${counts.left}  revoked ${counts.revoked}`,
    );
    terminal.out(
      `also     ${made.directives} directives, ${made.verdicts} verdicts, ${made.pictures} pictures`,
    );
    if (made.nationalDay !== null) terminal.out('also     the national status filter');
    if (made.grants !== null)
      terminal.out(`also     how requests to other regions stand, rows of ${made.grants} grants`);
    if (made.version > 1)
      terminal.out(`form     ${made.version}: programs of before say that it is too new`);
    terminal.out(`size     ${bytes} bytes in ${files.length} files`);
    for (const file of files) terminal.out(`file     ${file}`);
  });
}

/** `bundle-in`: what a device wrote to a stick. */
export function bundleIn(args: Arguments, terminal: Terminal): Promise<void> {
  const bytes = readFileSync(args.need('file'));
  if (bytes.length > MAX_OUTGOING_BYTES) throw new UsageError('the file is too large');
  return withCentral(args, terminal, async (central) => {
    const taken = await central.bundleIn(bytes);
    if (args.has('json')) {
      terminal.out(JSON.stringify(taken));
      return;
    }
    const verdicts = Object.entries(taken.verdicts).map(([name, count]) => `${name} ${count}`);
    terminal.out(
      `device ${taken.device}, file ${taken.part} of ${taken.parts}: ${taken.commands} commands  ${verdicts.join('  ')}`,
    );
    terminal.out(`receipts ${taken.receipts}, failed attempts ${taken.failures}`);
    const { whole, refused, unnamed } = taken.evidence;
    if (whole + refused + unnamed > 0) terminal.out(`evidence ${whole} taken, ${refused} refused`);
    if (unnamed > 0)
      terminal.out(`evidence ${unnamed} without its report: take the other files first, then this`);
    if (taken.needsWhole)
      terminal.out('slice    differs on the device: its next bundle brings a whole one');
  });
}

const timeOf = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function spanOf(ms: number): string {
  const hours = Math.max(0, Math.floor(ms / 3_600_000));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

const HEADS = [
  'office',
  'device',
  'status',
  'last contact (UTC)',
  'by',
  'applied',
  'lag',
  'behind',
  'pending',
  'rejected',
  'failed',
  'last failure',
  'last bundle (UTC)',
  'log gaps',
  'log alarms',
  'keys',
] as const;

function cellsOf(one: DeviceLag, nowMs: number): readonly string[] {
  const count = (value: number | null): string => (value === null ? '-' : String(value));
  return [
    one.office,
    one.device,
    one.status,
    timeOf(one.lastContactMs),
    one.via ?? '-',
    count(one.appliedRseq),
    count(one.lagChanges),
    one.appliedMs === null ? '-' : spanOf(nowMs - one.appliedMs),
    count(one.pending),
    count(one.rejected),
    String(one.failures),
    one.lastFailure === null ? '-' : `${timeOf(one.lastFailure.atMs)} ${one.lastFailure.code}`,
    timeOf(one.lastBundleMs),
    String(one.logGaps),
    String(one.logAlarms),
    `${one.keyEpoch ?? '-'}${one.keyEpoch === one.regionKeyEpoch ? '' : ` of ${one.regionKeyEpoch}`}`,
  ];
}

/** `lag`: how far every device is behind. */
export function lag(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const found = await central.lag();
    if (args.has('json')) {
      terminal.out(JSON.stringify(found));
      return;
    }
    const nowMs = Date.now();
    const rows = [HEADS, ...found.map((one) => cellsOf(one, nowMs))];
    const widths = HEADS.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
    for (const row of rows)
      terminal.out(
        row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      );
  });
}
