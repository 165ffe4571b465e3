import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../../device/test/softhsm-rig';
import { makeTimestamps, withTimestamp } from './timestamps';

const ROOM = 12_000;
const BLANK = 9_999_999_999;
const SIGNATURE = '/Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached';
const TIME_STAMP = '/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161';

/** Signers of other programs in a folder that has `ec.pem` and `ec.key`: poppler's, and openssl's with a layout of our own. */
export interface ForeignRig {
  /** A PDF that nobody signed. */
  readonly plain: Buffer;
  /** Signed by `pdfsig` with a key in an NSS database: `adbe.pkcs7.detached`, BER, the room padded its own way. */
  byPdfsig(pdf: Buffer): Buffer;
  /** Appends a signature by `openssl cms`, with capabilities among its attributes, in the layout that Adobe writes. */
  byOpenssl(pdf: Buffer): Buffer;
  /** The same with a time stamp of the signature in it (PAdES B-T). */
  byOpensslWithTime(pdf: Buffer): Buffer;
  /** A document of anybody whose one signature, in its room, gets a time stamp. */
  addTime(pdf: Buffer): Buffer;
  /**
   * Of that many megabytes, naming itself 64 times: a signature by openssl over SHA-512, whose digest holds, so that whoever looks
   * has to hash all of it each time. Nothing is wrong with it but the work that it makes.
   */
  tiring(megabytes: number): Buffer;
  /** Appends a time stamp of the whole document (PAdES B-LTA, ISO 32000-2 §12.8.5). */
  stamped(pdf: Buffer): Buffer;
}

export function makeForeignRig(folder: string): ForeignRig {
  const file = (name: string) => join(folder, name);
  mkdirSync(file('nss'), { recursive: true });
  openssl(
    folder,
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'foreign.key'],
    ...['-out', 'foreign.pem', '-subj', '/O=Elsewhere/CN=Foreign Signer', '-days', '30'],
  );
  openssl(
    folder,
    ...['pkcs12', '-export', '-inkey', 'foreign.key', '-in', 'foreign.pem'],
    ...['-name', 'foreign', '-out', 'foreign.p12', '-passout', 'pass:'],
  );
  const database = `sql:${file('nss')}`;
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
  run('certutil', '-N', '-d', database, '--empty-password');
  run('pk12util', '-i', 'foreign.p12', '-d', database, '-W', '');
  run('certutil', '-M', '-n', 'foreign', '-t', 'CTu,Cu,Cu', '-d', database);
  const cmsBy = (covered: Buffer, ...options: string[]): Buffer => {
    writeFileSync(file('covered.bin'), covered);
    openssl(
      folder,
      ...['cms', '-sign', '-binary', ...options, '-in', 'covered.bin', '-signer', 'foreign.pem'],
      ...['-inkey', 'foreign.key', '-outform', 'DER', '-out', 'foreign.cms'],
    );
    return readFileSync(file('foreign.cms'));
  };
  let made: ReturnType<typeof makeTimestamps> | undefined;
  const timestamps = () => {
    made ??= makeTimestamps(folder);
    return made;
  };
  return {
    plain: plainPdf(),
    byPdfsig: (pdf) => {
      writeFileSync(file('to-sign.pdf'), pdf);
      run(
        'pdfsig',
        '-nssdir',
        database,
        '-add-signature',
        '-nick',
        'foreign',
        'to-sign.pdf',
        'signed.pdf',
      );
      return readFileSync(file('signed.pdf'));
    },
    byOpenssl: (pdf) => filled(withRoom(pdf, SIGNATURE), (covered) => cmsBy(covered)),
    tiring: (megabytes) => {
      const name = `/ByteRange[0 ${BLANK} ${BLANK} ${BLANK}]`;
      const line = Buffer.from(`%${'0'.repeat(1_022)}\n`, 'latin1');
      const copies = Buffer.from(`%${`${name}\n%`.repeat(63)}\n`, 'latin1');
      const filler = Buffer.alloc(megabytes << 20, line);
      const made = withRoom(Buffer.concat([plainPdf(), filler, copies]), SIGNATURE);
      const own = /\/ByteRange\[0 \d+ \d+ \d+ *\]/gu;
      // The last one has its numbers by now; the 63 others get the same.
      const head = made.bytes.toString('latin1', megabytes << 20, made.bytes.length);
      const real = [...head.matchAll(own)].at(-1)?.[0] ?? '';
      for (let at = made.bytes.indexOf(name); at !== -1; at = made.bytes.indexOf(name, at + 1))
        made.bytes.write(real, at, 'latin1');
      return filled(made, (covered) => cmsBy(covered, '-md', 'sha512'));
    },
    byOpensslWithTime: (pdf) =>
      filled(withRoom(pdf, SIGNATURE), (covered) => withTimestamp(cmsBy(covered), timestamps())),
    addTime: (pdf) => {
      const text = pdf.toString('latin1');
      const [, hex = ''] = /\/Contents\s*<([0-9a-fA-F]+)>/u.exec(text) ?? [];
      const room = Buffer.from(hex, 'hex');
      // The room is padded with zeroes: a length of two bytes says where the signature ends.
      const cms = withTimestamp(room.subarray(0, 4 + room.readUInt16BE(2)), timestamps());
      const bytes = Buffer.from(pdf);
      bytes.write(cms.toString('hex'), text.indexOf(hex), 'latin1');
      return bytes;
    },
    stamped: (pdf) => filled(withRoom(pdf, TIME_STAMP), (covered) => timestamps()(covered)),
  };
}

/** The room of a document with what was made for everything around it. */
function filled(
  { bytes, room }: { readonly bytes: Buffer; readonly room: number },
  make: (covered: Buffer) => Uint8Array,
): Buffer {
  const covered = Buffer.concat([bytes.subarray(0, room), bytes.subarray(room + ROOM * 2 + 2)]);
  bytes.write(Buffer.from(make(covered)).toString('hex').toUpperCase(), room + 1, 'latin1');
  return bytes;
}

/** One empty page, with offsets that hold. */
function plainPdf(): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>',
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  const lines = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 4\n0000000000 65535 f \n${lines}trailer\n<</Root 1 0 R/Size 4>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** An incremental update with a signature field, its byte range filled in, its room empty. */
function withRoom(pdf: Buffer, kind: string): { readonly bytes: Buffer; readonly room: number } {
  const text = pdf.toString('latin1');
  const previous = [...text.matchAll(/startxref\s+(\d+)/gu)].at(-1)?.[1] ?? '0';
  const sizes = [...text.matchAll(/\/Size (\d+)/gu)].map(([, size]) => Number(size));
  const next = Math.max(...sizes);
  const range = `/ByteRange[0 ${BLANK} ${BLANK} ${BLANK}]`;
  const before = [...text.matchAll(/\/Fields\[([^\]]*)\]/gu)].at(-1)?.[1] ?? '';
  const head = pdf.at(-1) === 0x0a ? '' : '\n';
  const signature = `${head}${next} 0 obj\n<<${kind}${range}/Contents<${'0'.repeat(ROOM * 2)}>>>\nendobj\n`;
  const field = `${next + 1} 0 obj\n<</FT/Sig/T(S${next})/V ${next} 0 R/Type/Annot/Subtype/Widget/Rect[0 0 0 0]/F 132>>\nendobj\n`;
  const catalog = `1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[${before} ${next + 1} 0 R]>>>>\nendobj\n`;
  const at = [pdf.length + head.length, pdf.length + signature.length];
  const third = pdf.length + signature.length + field.length;
  const start = third + catalog.length;
  const line = (offset = 0) => `${String(offset).padStart(10, '0')} 00000 n \n`;
  const tail = `xref\n1 1\n${line(third)}${next} 2\n${line(at[0])}${line(at[1])}trailer\n<</Root 1 0 R/Size ${next + 2}/Prev ${previous}>>\nstartxref\n${start}\n%%EOF\n`;
  const bytes = Buffer.concat([pdf, Buffer.from(signature + field + catalog + tail, 'latin1')]);
  const room = bytes.indexOf(`<${'0'.repeat(ROOM * 2)}>`, pdf.length, 'latin1');
  const after = room + ROOM * 2 + 2;
  const filled = `/ByteRange[0 ${room} ${after} ${bytes.length - after}`.padEnd(range.length - 1);
  bytes.write(`${filled}]`, bytes.indexOf(range, pdf.length, 'latin1'), 'latin1');
  return { bytes, room };
}
