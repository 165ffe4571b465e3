import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { CmsProblem } from './cms/verify';
import { digestStream } from './digests';
import { BOARD_FILE, DATA_FILES, isRecordFile } from './layout';
import type { Manifest } from './manifest';
import { verifyPdfSignature } from './pdf/verify-signature';
import { type Add, attempt, factsOf, type SignerFacts } from './verify-parts';
import { type PackageArchive, PackageProblem } from './zip/read';

/** How a look at files may end early, and who is told how far it is. */
export interface LookOptions {
  /** Ends it, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Bytes that were compared, of how many the files have. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Whether every file is the one that the manifest describes. */
export async function checkFiles(
  archive: PackageArchive,
  manifest: Manifest,
  add: Add,
  { signal, onProgress }: LookOptions,
): Promise<void> {
  const total = manifest.files.reduce((sum, { path }) => sum + sizeIn(archive, path), 0);
  let done = 0;
  const look: Look = {
    signal,
    onBytes: (count) => {
      done += count;
      onProgress?.(done, total);
    },
  };
  const hasPicture = manifest.files.some(({ path }) => path === BOARD_FILE);
  for (const name of hasPicture ? ([...DATA_FILES, BOARD_FILE] as const) : DATA_FILES) {
    const fault = await fileFault(archive, manifest, name, look);
    add(`file-${name}`, fault === null, fault ?? 'SHA-256 and SM3 agree');
  }
  const records = manifest.files.map(({ path }) => path).filter(isRecordFile);
  if (records.length === 0) return;
  for (const name of records) {
    const fault = await fileFault(archive, manifest, name, look);
    if (fault === null) continue;
    add('file-records', false, `${name}: ${fault}`);
    return;
  }
  add('file-records', true, `SHA-256 and SM3 of ${records.length} files agree`);
}

interface Look {
  readonly signal: AbortSignal | undefined;
  onBytes(count: number): void;
}

/** Its size as the archive declares it; 0 where the manifest names what is not there, which is told elsewhere. */
const sizeIn = (archive: PackageArchive, name: string): number =>
  archive.names.includes(name) ? archive.sizeOf(name) : 0;

/** Why a file is not the one that the manifest describes; null: it is. */
async function fileFault(
  archive: PackageArchive,
  manifest: Manifest,
  name: string,
  { signal, onBytes }: Look,
): Promise<string | null> {
  const stated = manifest.files.find(({ path }) => path === name);
  try {
    // One that declares another size costs no unpacking.
    if (stated !== undefined && archive.sizeOf(name) !== stated.size) return 'not the signed file';
    const found = await digestStream(archive.stream(name), signal, onBytes);
    const isSame =
      stated?.size === found.size && stated.sha256 === found.sha256 && stated.sm3 === found.sm3;
    return isSame ? null : 'not the signed file';
  } catch (error) {
    if (!(error instanceof PackageProblem)) throw error;
    return error.message;
  }
}

/** Whether a board is the one that was asked for, has its picture, and counts as its tables say; a list has none of that. */
export function checkBoard({ board, tables, intent, count, files }: Manifest, add: Add): void {
  const hasPicture = files.some(({ path }) => path === BOARD_FILE);
  const asked = intent?.board;
  if (board === undefined && tables === undefined && asked === undefined && !hasPicture) return;
  const figures = tables?.reduce((sum, table) => sum + table.figures, 0);
  const isSame =
    board !== undefined &&
    asked !== undefined &&
    canonicalJson({ day: board.day, rival: board.rival }) === canonicalJson(asked);
  const fault = !isSame
    ? 'another board than was asked for'
    : !hasPicture || tables === undefined
      ? 'other files than a board has'
      : figures !== count
        ? 'other numbers than its tables have'
        : null;
  const said = `${tables?.length ?? 0} tables, ${count} numbers of ${board?.certificates ?? 0} certificates`;
  add('board', fault === null, fault ?? said);
}

/** What the package itself says of its data that a reader must know: nothing of it makes it less signed. */
export function checkData({ isStale, sliceProof }: Manifest, add: Add): void {
  const said = [
    ...(isStale === true ? ['older than the rules allow'] : []),
    ...(sliceProof === 'differs' ? ['known to differ from the data that their root names'] : []),
    ...(sliceProof === 'unproven' ? ['not proven to be the data that their root names'] : []),
  ];
  if (said.length > 0)
    add('data', true, `when exported, the data were ${said.join(' and ')}`, true);
}

/** Whether the package has the form that its manifest states. */
export function checkTemplate(
  { template, intent, fields, files, recipient, board }: Manifest,
  add: Add,
): void {
  if (template === undefined) {
    // A manifest that is silent must not be freer than one that names the form that was asked for.
    const asked = board === undefined ? intent?.template : undefined;
    if (asked !== undefined) add('template', false, `no template, where ${asked} was asked for`);
    return;
  }
  const { id, records, columns, needsRecipient } = template;
  const pages = files.length - DATA_FILES.length;
  const fault =
    intent?.template !== id
      ? 'another template than was asked for'
      : fields.some((field, i) => field !== columns[i]) || fields.length !== columns.length
        ? 'other columns than its template has'
        : (records === 'none') !== (pages === 0)
          ? 'other files than its template has'
          : needsRecipient && recipient === undefined
            ? 'not encrypted, which its template asks for'
            : null;
  add('template', fault === null, fault ?? `${id}: ${template.name}`);
}

/** Whether the report carries the signer's own signature, where it has to. */
export async function checkReport(
  archive: PackageArchive,
  manifest: Manifest,
  signer: SignerFacts,
  add: Add,
): Promise<void> {
  if (!manifest.pdfSigned) {
    add('report-signature', true, 'the report carries no signature of its own (SM2 key)', true);
    return;
  }
  const outcome = await attempt(async () => verifyPdfSignature(await archive.read('report.pdf')));
  if (outcome instanceof CmsProblem) {
    add('report-signature', false, outcome.message);
    return;
  }
  const isSame = factsOf(outcome).certificateSha256 === signer.certificateSha256;
  add(
    'report-signature',
    isSame,
    isSame ? 'PAdES signature holds' : 'report signed by another certificate',
  );
}
