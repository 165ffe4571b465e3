import type { KeyRing } from '../../../crypto/key-ring';
import type { ServiceLog } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { LineSetup } from './line';
import { accessServer } from './server-access';

const WAIT_MS = 10_000;

/** The office with statements as the server has them now; null where it does not answer. */
export async function fetchStatements(
  office: OfficeFile,
  keys: KeyRing,
  log: ServiceLog,
  setup?: LineSetup,
): Promise<OfficeFile | null> {
  if (!keys.has('deviceTls')) return null;
  const { line, remote } = accessServer(office, keys, setup);
  try {
    const answer = await remote.statements(AbortSignal.timeout(WAIT_MS));
    const statements = answer?.statements ?? [];
    return { ...office, statements: [...statements] as OfficeFile['statements'] };
  } catch (error) {
    log.warn('statements not renewed', { detail: String(error) });
    return null;
  } finally {
    line.close();
  }
}
