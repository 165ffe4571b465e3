import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { cell, HEAD, row, workbookBytes } from '../../../../electron/jobs/test/hand-made-workbook';
import { TableClient } from '../../../../electron/main/clients/table-client';
import { AppError } from '../../../../shared/errors/app-error';
import { freshFolder } from '../../frame/folders';
import { median, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { startJobsProcess } from '../../real/jobs-process';

const RUNS = 5;
const CELL_BYTES = 40 << 20;
const SHEET_ROWS = 1_048_576;

/** A file and why it is refused. */
interface Nasty {
  readonly name: string;
  readonly code: string;
  readonly make: (path: string) => Promise<void> | void;
}

const bytes = (content: () => Buffer | Promise<Buffer>) => async (path: string) =>
  writeFileSync(path, await content());

/** What can be known by looking at the file, or by unpacking a part of it. */
const KNOWABLE: readonly Nasty[] = [
  { name: 'gone.xlsx', code: 'TABLE_UNREADABLE', make: () => undefined },
  { name: 'folder.xlsx', code: 'TABLE_NOT_ONE', make: (path) => mkdirSync(path) },
  { name: 'pipe.csv', code: 'TABLE_NOT_ONE', make: (path) => void execFileSync('mkfifo', [path]) },
  { name: 'empty.csv', code: 'TABLE_EMPTY', make: bytes(() => Buffer.alloc(0)) },
  {
    name: 'huge.csv',
    code: 'TABLE_TOO_LARGE',
    make: (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 31);
    },
  },
  {
    name: 'photo.xlsx',
    code: 'TABLE_NOT_ONE',
    make: bytes(() => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(8 << 20)])),
  },
  {
    name: 'old.xls',
    code: 'TABLE_ENCRYPTED',
    make: bytes(() =>
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), randomBytes(8 << 20)]),
    ),
  },
  {
    name: 'locked.xlsx',
    code: 'TABLE_ENCRYPTED',
    make: bytes(() => part('xl/workbook.xml', 'x', 1)),
  },
  { name: 'macro.xlsm', code: 'TABLE_MACROS', make: bytes(() => part('xl/vbaProject.bin', 'x')) },
  {
    name: 'entities.xlsx',
    code: 'TABLE_DAMAGED',
    make: bytes(() =>
      part('xl/workbook.xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ),
  },
  {
    name: 'bomb.xlsx',
    code: 'TABLE_BOMB',
    make: bytes(() => part('xl/workbook.xml', Buffer.alloc(256 << 20))),
  },
  {
    name: 'cell.xlsx',
    code: 'TABLE_BOMB',
    make: bytes(() => {
      const text = randomBytes((CELL_BYTES * 3) / 4).toString('base64');
      return workbookBytes([HEAD, row(2, cell('C2', text))]);
    }),
  },
];

/** Has to be read to its 200,001st row: nothing before says how many there are. */
const LONG: Nasty = {
  name: 'long.xlsx',
  code: 'TABLE_TOO_LARGE',
  make: bytes(() => workbookBytes(bare(SHEET_ROWS))),
};

/** Nasty files one by one, each in a new process as main starts it: how long until the reason is there. */
export async function refusals(report: Report): Promise<void> {
  const folder = freshFolder('nasty');
  const told: string[] = [];
  let longest = 0;
  for (const nasty of KNOWABLE) {
    const ms = await refusalMs(folder, nasty);
    told.push(`${nasty.name} ${ms.toFixed(0)}`);
    longest = Math.max(longest, ms);
  }
  report.add('verify.refusal.longest_ms', longest);
  report.note(
    `until refused, ms, with the start of the process (median of ${RUNS}): ${told.join(', ')}`,
  );
  report.add('verify.refusal.million_rows_ms', await refusalMs(folder, LONG), null, 'ms');
}

async function refusalMs(folder: string, { name, code, make }: Nasty): Promise<number> {
  const path = join(folder, name);
  await make(path);
  const took: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const tables = new TableClient(() => startJobsProcess().link);
    let said: unknown;
    took.push(
      await timeMs(async () => {
        said = await tables.open(path, name).catch((error: unknown) => error);
      }),
    );
    tables.stop();
    if (!(said instanceof AppError) || said.code !== code)
      throw new Error(`${name}: ${said instanceof AppError ? said.code : 'was read'}`);
  }
  return median(took);
}

function* bare(last: number) {
  yield HEAD;
  for (let r = 2; r <= last; r++) yield `<row r="${r}"><c r="A${r}"><v>${r}</v></c></row>`;
}

/** An archive of one part, as its directory declares it. */
function part(name: string, content: string | Buffer, flags = 0): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const size = Buffer.byteLength(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(size, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  const before = Buffer.concat([local, Buffer.from(name), packed]);
  const directory = Buffer.concat([entry, Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(before.length, 16);
  return Buffer.concat([before, directory, end]);
}
