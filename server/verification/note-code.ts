import type { CommandPayload } from '../../shared/protocol/commands';
import { readVerificationCode } from '../../shared/protocol/verification-code';
import type { Bench } from '../commands/bench';
import { keepCode } from '../store/verification';

/** Keeps the code of a package that left an office, whatever comes of its record: a refused one is told as refused. */
export async function notePackageCode(
  { runner, device, command }: Bench,
  record: CommandPayload<'export-record'>,
): Promise<void> {
  const code = readVerificationCode(record.verificationCode ?? '');
  if (record.outcome !== 'sealed' || code === null) return;
  const { traceId: trace, count, atMs: madeMs, packageSha256, manifestSha256 = null } = record;
  await keepCode(
    runner,
    code,
    { device: device.id, dseq: command.dseq },
    { kind: 'package', trace, count, madeMs, manifestSha256, packageSha256 },
  );
}

/** Keeps the code of one certificate on paper; whose it is stays out. */
export async function noteRecordCode(
  { runner, device, command }: Bench,
  { traceId: trace, verificationCode, atMs: madeMs }: CommandPayload<'record-pdf'>,
): Promise<void> {
  const code = readVerificationCode(verificationCode);
  if (code === null) return;
  await keepCode(
    runner,
    code,
    { device: device.id, dseq: command.dseq },
    { kind: 'record', trace, count: 1, madeMs, manifestSha256: null, packageSha256: null },
  );
}
