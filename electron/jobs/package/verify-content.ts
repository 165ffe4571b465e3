import { CmsProblem } from './cms/verify';
import { digestStream } from './digests';
import { DATA_FILES, isRecordFile } from './layout';
import type { Manifest } from './manifest';
import { verifyPdfSignature } from './pdf/verify-signature';
import { type Add, attempt, factsOf, type SignerFacts } from './verify-parts';
import { type PackageArchive, PackageProblem } from './zip/read';

/** Whether every file is the one that the manifest describes. */
export async function checkFiles(
  archive: PackageArchive,
  manifest: Manifest,
  add: Add,
  signal?: AbortSignal,
): Promise<void> {
  for (const name of DATA_FILES) {
    const fault = await fileFault(archive, manifest, name, signal);
    add(`file-${name}`, fault === null, fault ?? 'SHA-256 and SM3 agree');
  }
  const records = manifest.files.map(({ path }) => path).filter(isRecordFile);
  if (records.length === 0) return;
  for (const name of records) {
    const fault = await fileFault(archive, manifest, name, signal);
    if (fault === null) continue;
    add('file-records', false, `${name}: ${fault}`);
    return;
  }
  add('file-records', true, `SHA-256 and SM3 of ${records.length} files agree`);
}

/** Why a file is not the one that the manifest describes; null: it is. */
async function fileFault(
  archive: PackageArchive,
  manifest: Manifest,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const stated = manifest.files.find(({ path }) => path === name);
  try {
    const found = await digestStream(archive.stream(name), signal);
    const isSame =
      stated?.size === found.size && stated.sha256 === found.sha256 && stated.sm3 === found.sm3;
    return isSame ? null : 'not the signed file';
  } catch (error) {
    if (!(error instanceof PackageProblem)) throw error;
    return error.message;
  }
}

/** Whether the package has the form that its manifest states. */
export function checkTemplate(
  { template, intent, fields, files, recipient }: Manifest,
  add: Add,
): void {
  if (template === undefined) return;
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
