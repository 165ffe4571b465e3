import { basename } from 'node:path';
import { MAX_FILTER_BYTES } from '../../../../shared/domain/national/cascade';
import { AppError } from '../../../../shared/errors/app-error';
import type { National } from '../../../../shared/protocol/national';
import type { NationalService } from '../national/national';
import type { OpenedBundle } from './opened-bundle';

/** The national status filter of a bundle: looked at before anything is applied, taken after the data. */
export class StickNational {
  constructor(private readonly national: Pick<NationalService, 'facts' | 'newer' | 'take'>) {}

  /**
   * Day of the bundle's filter where it is newer than what is held; null otherwise. Throws BUNDLE_FORGED for one that our
   * centre did not sign, BUNDLE_ALTERED for one that is not as it was signed, BUNDLE_GONE.
   */
  async look(bundle: OpenedBundle): Promise<National['day'] | null> {
    const offered = await this.offered(bundle);
    if (offered === null) return null;
    const { statement, filter } = offered;
    const fresh = await named(bundle, this.national.newer(statement, filter));
    return fresh?.day ?? null;
  }

  /** False where the bundle has none, or one as new is held. Throws like `look`, and DISK_FULL; what was held stays then. */
  async take(bundle: OpenedBundle): Promise<boolean> {
    const offered = await this.offered(bundle);
    if (offered === null) return false;
    return named(bundle, this.national.take(offered.statement, offered.filter));
  }

  private async offered(bundle: OpenedBundle) {
    const { national } = bundle.contents;
    if (national === undefined) return null;
    // It leads on from another filter than the one that is held by now: the next stick, or the line, brings what fits.
    if (national.from !== undefined && national.from !== this.national.facts?.filter.sha256)
      return null;
    const filter = await bundle.readPlace(national.filter, MAX_FILTER_BYTES);
    return { statement: JSON.stringify(national.statement), filter };
  }
}

/** The line's words for a publication that does not count mean nothing to somebody with a stick. */
async function named<T>(bundle: OpenedBundle, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    const name = basename(bundle.pathOf(bundle.index.volumes.length)).slice(0, 80);
    if (code === 'SYNC_SIGNATURE_BAD') throw new AppError('BUNDLE_FORGED', { name }, 'national');
    if (code === 'SYNC_PROTOCOL') throw new AppError('BUNDLE_ALTERED', { name }, 'national');
    throw error;
  }
}
