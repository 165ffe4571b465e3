import { open } from 'node:fs/promises';
import type { BatchRow } from '../../../../shared/domain/batch/read-row';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { type ReadPayload, readPayload } from '../../../../shared/domain/scan/read-payload';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { MAX_SCAN_PICTURE, type ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { Day } from '../../../../shared/kernel/day';
import { readCode } from '../../../../shared/protocol/compact-code';
import { readQrPayload } from '../../../../shared/protocol/verification-code';
import type { CodeFault } from '../../../jobs/codes/read-codes';
import type { ScanJudged } from '../../../store/scan-calls';
import type { CodeClient } from '../../clients/code-client';
import type { StoreCaller } from '../../clients/store-client';
import type { NationalService } from '../national/national';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { CameraReader } from './camera';
import { codeFacts, codeSays, codeVerdict, isOldFilter } from './code-check';
import type { Lookups } from './lookups';
import { eitherMeaning, saysOf } from './meanings';

export interface ScanParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly codes: Pick<CodeClient, 'read' | 'hold' | 'stop'>;
  /** An order of the centre has this certificate under verification. */
  isMarked(certificate: number): boolean;
  /** An emergency level has every certificate under verification, also those from elsewhere. */
  isAllMarked(): boolean;
  readonly national: Pick<NationalService, 'judge' | 'facts'>;
  readonly lookups: Lookups;
  readonly rulePack: RulePack;
  nowMs(): number;
  today(): Day;
  isEmergency(): boolean;
  choosePicture(): Promise<string | null>;
}

/** How a text came to the desk. */
export type ScanSource = 'typed' | 'scanner' | 'pasted' | 'picture' | 'camera';

const FAULTS: Readonly<Record<CodeFault | 'stopped', ErrorCode>> = {
  type: 'SCAN_PICTURE_TYPE',
  pixels: 'SCAN_PICTURE_TOO_LARGE',
  damaged: 'SCAN_PICTURE_DAMAGED',
  stopped: 'SCAN_PICTURE_DAMAGED',
};

/**
 * Holds what a code, a copied text or a number says against the slice. Text stays text: an address is taken apart and
 * never opened. Every check is in the audit log before it is answered, without what was scanned.
 */
export class ScanService implements SessionListener {
  private readonly lookups: Lookups;
  private readonly camera: CameraReader;

  constructor(private readonly parts: ScanParts) {
    this.lookups = parts.lookups;
    const { codes, nowMs } = parts;
    this.camera = new CameraReader({ hold: () => codes.hold(), nowMs });
  }

  opened(): void {
    this.parts.codes.stop();
  }

  closing(): void {
    this.camera.end();
    this.parts.codes.stop();
    this.lookups.forget();
  }

  /** The keys and the filter that are held; null: none yet. */
  held(): RouteOutput<'scan.national'>['held'] {
    const { facts } = this.parts.national;
    if (facts === null) return null;
    const { day, filter } = facts;
    const { certificates, listed, bytes } = filter;
    const isOld = isOldFilter(day, this.parts.today(), this.parts.rulePack.freshnessDays);
    return { day, isOld, certificates, listed, bytes };
  }

  /** Throws LOCKED, SLICE_EMPTY, EMERGENCY_READ_ONLY. */
  async check(text: string, by: ScanSource): Promise<ScanCheck> {
    this.demandReady();
    const check = isCode(text) ? await this.judgeCode(text) : await this.judgeText(text);
    const { verdict, form, certificates } = check;
    const { userId: actor } = this.parts.sessions.demand().view;
    await this.parts.store.call('auditAppend', {
      kind: 'scan',
      actor,
      payload: { by, form, verdict, certificates: certificates.map(({ id }) => id) },
    });
    return check;
  }

  /**
   * Checks every code of a picture; none where there is none. Null when the person cancelled. Throws the SCAN_ codes
   * and those of `check`.
   */
  async picture(bytes: Uint8Array | undefined): Promise<readonly ScanCheck[] | null> {
    this.demandReady();
    const picture = bytes ?? (await this.choose());
    if (picture === null) return null;
    const found = await this.parts.codes.read(picture);
    if (typeof found === 'string') throw new AppError(FAULTS[found]);
    const checks: ScanCheck[] = [];
    for (const text of found) checks.push(await this.check(text, 'picture'));
    return checks;
  }

  /** The camera is about to be opened. Throws LOCKED, EMERGENCY_READ_ONLY. */
  openCamera(): void {
    this.demandReady();
    this.camera.begin();
  }

  /**
   * One picture of the open camera, taken by `take` code by code where codes came newly before it; what is held there
   * still is not checked again. Throws the SCAN_ codes and what `take` throws, and then the code may be scanned again.
   */
  async frame<T>(
    bytes: Uint8Array,
    take: (text: string) => Promise<T>,
  ): Promise<{ taken: readonly T[]; isHeld: boolean }> {
    this.demandReady();
    const { found, isHeld } = await this.camera.read(bytes);
    // A picture that came while the last was being read, or a decoder that died: the next one is a moment away.
    if (found === 'stopped') return { taken: [], isHeld };
    if (typeof found === 'string') throw new AppError(FAULTS[found]);
    const taken: T[] = [];
    try {
      for (const text of found) taken.push(await take(text));
    } catch (error) {
      this.camera.forget(found.slice(taken.length));
      throw error;
    }
    return { taken, isHeld };
  }

  private async judgeText(text: string): Promise<ScanCheck> {
    const read = readPayload(text);
    if (typeof read === 'string') return { ...NOTHING, verdict: read };
    const documentCode = readQrPayload(text);
    if (documentCode !== null) {
      const says = { ...NOTHING.says, number: documentCode };
      return { ...NOTHING, ...seen(read), says, verdict: 'document-code' };
    }
    const { row, asDocument } = read;
    const byNumber = await this.judgeRow(row);
    const byDocument = asDocument === null ? null : await this.judgeRow(asDocument);
    const judged = byDocument === null ? byNumber : eitherMeaning(byNumber, byDocument);
    const says = saysOf(row, byNumber.certificates.length > 0 && judged === byNumber);
    const { name, number } = row;
    // The answer's last day can be held against a day alone.
    const dated = row.end === 'month' ? { ...says, validTo: null } : says;
    // One number twice asks the centre for either meaning too.
    const idNumber = asDocument?.idNumber ?? row.idNumber;
    const ask =
      judged.verdict === 'not-in-slice'
        ? this.lookups.hold({ name, idNumber, number, code: null }, dated)
        : null;
    return { ...NOTHING, ...seen(read), says, ...answerOf(judged), ask };
  }

  private judgeRow(row: BatchRow): Promise<ScanJudged> {
    return this.parts.store.call('scanJudge', { row, certificateId: null });
  }

  /** A compact code: by the slice where it is this centre's and here, else by keys and filter. */
  private async judgeCode(text: string): Promise<ScanCheck> {
    const read = readCode(text.trimStart().replace(/[\r\n]+$/u, ''));
    const form = 'code';
    if (!read.ok) return { ...NOTHING, form, verdict: 'code-unreadable' };
    const { national, store, today, rulePack } = this.parts;
    const answer = national.judge(read.value);
    const says = codeSays(read.value);
    const { kid, claims } = read.value;
    const code = codeFacts(read.value, answer, today(), rulePack.freshnessDays);
    const isOwn = answer?.state === 'genuine' && answer.issuer.isOwn;
    if (isOwn) {
      const { name, validTo } = claims;
      const row = { name, idNumber: null, number: null, validTo, fault: null };
      const judged = await store.call('scanJudge', { row, certificateId: claims.id });
      if (judged.certificates.length > 0)
        return { ...NOTHING, form, says, code, ...answerOf(judged) };
    }
    const question = {
      name: claims.name,
      idNumber: null,
      number: null,
      code: { kid, id: claims.id },
    };
    const ask = isOwn ? this.lookups.hold(question, says) : null;
    // A code that is in order says nothing against an order of the centre.
    const judged = codeVerdict(read.value, answer, today(), rulePack.freshnessDays);
    const isMarked = this.parts.isAllMarked() || (isOwn && this.parts.isMarked(claims.id));
    if (judged.verdict === 'genuine' && isMarked)
      return { ...NOTHING, form, says, code, ask, verdict: 'under-verification' };
    return { ...NOTHING, form, says, code, ask, ...judged };
  }

  private async choose(): Promise<Uint8Array | null> {
    const path = await this.parts.choosePicture();
    if (path === null) return null;
    const file = await open(path, 'r').catch(() => {
      throw new AppError('SCAN_PICTURE_TYPE', {}, 'unreadable');
    });
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw new AppError('SCAN_PICTURE_TYPE', {}, 'no file');
      if (facts.size > MAX_SCAN_PICTURE) throw new AppError('SCAN_PICTURE_TOO_LARGE');
      const bytes = new Uint8Array(facts.size);
      const { bytesRead } = await file.read(bytes, 0, facts.size, 0);
      // The session may have ended behind the dialog.
      this.demandReady();
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  private demandReady(): void {
    this.parts.sessions.demand();
    if (this.parts.isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
  }
}

function seen({ form, host, isOddHost, hasHidden }: ReadPayload) {
  return { form, host, isOddHost, hasHidden };
}

function answerOf({ verdict, reason, holder, company, certificates }: ScanJudged) {
  const shown = certificates.map(({ id, kind, number, status, validTo }) => ({
    id,
    kind,
    number,
    status,
    validTo,
  }));
  return { verdict, reason, holder, company, certificates: shown };
}

/** A compact code is signed to the last character: it is taken as it came. */
const isCode = (text: string): boolean => /^\s*FC1:/u.test(text);

const NOTHING: ScanCheck = {
  form: 'text',
  host: null,
  isOddHost: false,
  hasHidden: false,
  verdict: 'empty',
  reason: null,
  says: { name: null, number: null, validTo: null },
  holder: null,
  company: null,
  certificates: [],
  code: null,
  ask: null,
};
