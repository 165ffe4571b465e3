import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { BundlePreview } from '../../../../shared/ipc/routes/bundle';
import {
  type BundleCrossRegion,
  ENTRY_TAG_BYTES,
  MAX_GRANT_PACKAGE_BYTES,
  MAX_STANDINGS_BYTES,
} from '../../../../shared/protocol/bundle';
import { type Grant, GrantEndSchema, GrantSchema } from '../../../../shared/protocol/cross-region';
import type { CrossRegionService } from '../cross-region/cross-region';
import { zeroGrant } from '../cross-region/grant-folder';
import { fetchPackage, openContent } from '../cross-region/grant-load';
import type { GrantSource } from '../cross-region/grant-source';
import { openStandings, type Said } from '../cross-region/standings';
import type { NowMs } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import type { OpenedBundle } from './opened-bundle';

type Offered = BundleCrossRegion['grants'][number];

export interface StickGrantsParts {
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  office(): OfficeFile;
  crossRegion(): Pick<
    CrossRegionService,
    'standings' | 'takeStandings' | 'bringFrom' | 'cancel' | 'rowsOf' | 'held'
  >;
}

/** What a bundle says of other regions: checked before anything is applied, and its rows taken into their own stores alone. */
export class StickGrants {
  constructor(private readonly parts: StickGrantsParts) {}

  /**
   * What it would bring; null where it says nothing. Every grant must be signed for this device and every package be of its
   * grant. Throws BUNDLE_FORGED, BUNDLE_ALTERED, BUNDLE_GONE.
   */
  async look(bundle: OpenedBundle, signal: AbortSignal): Promise<BundlePreview['otherRegions']> {
    const { crossRegion: offered } = bundle.contents;
    if (offered === undefined) return null;
    const { standings } = this.parts.crossRegion();
    const grants = await this.signedGrants(bundle, await this.said(bundle, offered));
    const brought: NonNullable<BundlePreview['otherRegions']>['grants'] = [];
    for (const one of offered.grants) {
      signal.throwIfAborted();
      const is = grants.lasting.get(one.grant);
      if (is === undefined) throw altered(bundle, 'a grant that the standings do not name');
      brought.push(await this.lookAt(bundle, one, is, signal));
    }
    const known = await standings.list();
    const lasting = known.filter(
      ({ grant, isEnded, state }) => grant !== null && !isEnded && state === 'granted',
    );
    return {
      isOlder: offered.atMs < (await standings.heardMs()),
      atMs: offered.atMs,
      requests: grants.requests,
      ended: lasting.filter(({ is }) => grants.ended.has(is.request)).length,
      grants: brought,
    };
  }

  /** How the requests stand; false where more is known here. Ends come before data. */
  async takeStandings(bundle: OpenedBundle): Promise<boolean> {
    const { crossRegion: offered } = bundle.contents;
    if (offered === undefined) return false;
    const box = await bundle.readPlace(offered.standings, MAX_STANDINGS_BYTES);
    return this.parts.crossRegion().takeStandings(box, offered.atMs);
  }

  /** Loads the rows of grants to the person at the desk that are not here as new; answers of how many. Throws CANCELLED, codes of the store. */
  async takeRows(bundle: OpenedBundle, signal: AbortSignal): Promise<number> {
    const service = this.parts.crossRegion();
    const { view } = this.parts.sessions.demand();
    const cancel = () => service.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    let taken = 0;
    try {
      for (const offered of bundle.contents.crossRegion?.grants ?? []) {
        if (signal.aborted) throw new AppError('CANCELLED');
        const known = (await service.standings.list()).find(
          ({ is }) => is.request === offered.grant,
        );
        const { grant = null, isEnded = true } = known ?? {};
        const lasts = grant !== null && !isEnded && grant.expiresMs > this.parts.nowMs();
        if (!lasts || known?.state !== 'granted' || grant.userId !== view.userId) continue;
        // Of one grant the centre packs one content: what is here is this, or of a packing after it.
        if ((await service.rowsOf(offered.grant)) !== null) continue;
        await service.bringFrom(offered.grant, () => sourceIn(bundle, offered));
        taken++;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    return taken;
  }

  private async said(bundle: OpenedBundle, { standings }: BundleCrossRegion): Promise<Said> {
    const box = await bundle.readPlace(standings, MAX_STANDINGS_BYTES);
    const said = await openStandings(this.parts.sessions.demand(), box);
    if (said === null) throw altered(bundle, 'standings');
    return said;
  }

  /** Of all that the standings name: those that last, and those that were taken back. */
  private async signedGrants(bundle: OpenedBundle, { requests }: Said) {
    const { ca, statementCertificate, deviceId } = this.parts.office();
    const checks = new StatementChecks(ca, statementCertificate);
    const lasting = new Map<string, Grant>();
    const ended = new Set<string>();
    for (const { grant, end, state } of requests) {
      if (grant === null) continue;
      const signed = await checks.openTimeless(grant, GrantSchema);
      if (!signed.ok || signed.value.device !== deviceId) throw forged(bundle, 'grant');
      const { value } = signed;
      if (end !== null) {
        const over = await checks.openTimeless(end, GrantEndSchema);
        if (!over.ok || over.value.grant !== value.grant) throw forged(bundle, 'end');
      }
      if (end !== null || state === 'ended') ended.add(value.grant);
      else if (state === 'granted') lasting.set(value.grant, value);
    }
    return { lasting, ended, requests: requests.length };
  }

  /** A package must open here, be signed for its grant, and name the very objects that lie beside it. */
  private async lookAt(bundle: OpenedBundle, offered: Offered, grant: Grant, signal: AbortSignal) {
    const { sessions, office } = this.parts;
    const session = sessions.demand();
    const source = sourceIn(bundle, offered);
    const { keys, envelope } = await fetchPackage(source, session, offered.grant, signal).catch(
      (error: unknown) => {
        throw error instanceof AppError && error.code === 'SYNC_PROTOCOL'
          ? altered(bundle, error.detail ?? 'package')
          : error;
      },
    );
    zeroGrant(keys);
    const content = await openContent(office(), offered.grant, envelope).catch(() => {
      throw forged(bundle, 'grant content');
    });
    const lies = new Map(offered.objects.map(({ sha256, bytes }) => [sha256, bytes]));
    const isWhole = content.segments.every(
      ({ sha256, bytes }) => lies.get(sha256) === bytes + ENTRY_TAG_BYTES,
    );
    if (!isWhole) throw altered(bundle, 'objects of a grant');
    return {
      request: offered.grant,
      regions: [...grant.scope.regions],
      rows: content.segments.reduce((sum, { rows }) => sum + rows, 0),
      untilMs: grant.expiresMs,
      isOwn: grant.userId === session.view.userId,
      isHere: (await this.parts.crossRegion().rowsOf(offered.grant)) !== null,
    };
  }
}

function sourceIn(bundle: OpenedBundle, offered: Offered): GrantSource {
  return {
    box: () => bundle.readPlace(offered.package, MAX_GRANT_PACKAGE_BYTES),
    async object(_grant, sha256, limit) {
      const entry = offered.objects.find((one) => one.sha256 === sha256);
      if (entry === undefined || entry.bytes > limit + ENTRY_TAG_BYTES)
        throw altered(bundle, 'object of a grant');
      return bundle.read(entry);
    },
  };
}

const nameIn = (bundle: OpenedBundle): string =>
  basename(bundle.pathOf(bundle.index.volumes.length)).slice(0, 80);
const altered = (bundle: OpenedBundle, what: string): AppError =>
  new AppError('BUNDLE_ALTERED', { name: nameIn(bundle) }, what);
const forged = (bundle: OpenedBundle, what: string): AppError =>
  new AppError('BUNDLE_FORGED', { name: nameIn(bundle) }, what);
