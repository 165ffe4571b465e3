import { basename } from 'node:path';
import type { SiteVisit } from '../../../../shared/domain/site/visit';
import { AppError } from '../../../../shared/errors/app-error';
import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import { writeAtomically } from '../../../platform/atomic-write';
import type { TableClient } from '../../clients/table-client';
import { publicOf, signEs256 } from '../unlock/device-keys';
import type { SessionHolder } from '../unlock/session';
import { freeSitePath, siteSheet } from './site-sheet';

const DOMAIN = 'fieldcert-site-record-v1\n';

/** The record of a visit as files: canonical JSON signed by the device, and a workbook to read and print. */
export class SiteFiles {
  constructor(
    private readonly parts: {
      readonly sessions: SessionHolder;
      readonly tables: Pick<TableClient, 'write'>;
      watermark(): string;
      chooseFolder(): Promise<string | null>;
      showFile(path: string): void;
    },
  ) {}

  /** Name of the workbook; null when the dialog was closed. Throws FORBIDDEN, EXPORT_TARGET, DISK_FULL. */
  async save(visit: SiteVisit): Promise<string | null> {
    const { sessions, chooseFolder, tables, watermark, showFile } = this.parts;
    const folder = await chooseFolder();
    if (folder === null) return null;
    const day = isoFromDay(dayInShanghai(visit.startedMs));
    const path = freeSitePath(folder, `现场核查记录-${day}`);
    const { office, keys, view } = sessions.demand();
    const key = keys.peek('deviceSign');
    if (key === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
    const record = canonicalJson({
      format: 'fieldcert-site-record',
      version: 1,
      office: { code: office.office.code, name: office.office.name },
      device: office.deviceId,
      by: { badge: view.badge, name: view.name },
      isPractice: office.isPractice,
      visit,
    });
    const signed = canonicalJson({
      record,
      alg: 'ES256',
      publicKey: publicOf(key).toString('base64'),
      signature: signEs256(key, utf8Bytes(DOMAIN + record)).toString('base64url'),
    });
    const fault = await tables.write(siteSheet(path, visit, watermark()));
    if (fault === 'ENOSPC') throw new AppError('DISK_FULL', { neededMb: 10 });
    if (fault !== null) throw new AppError('EXPORT_TARGET', {}, fault);
    await writeAtomically(path.replace(/\.xlsx$/u, '.json'), `${signed}\n`);
    showFile(path);
    return basename(path);
  }
}
