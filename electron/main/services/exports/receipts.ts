import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import {
  type ExportReceipt,
  ExportReceiptSchema,
  ReceiptFileSchema,
  receiptNameOf,
} from '../../../../shared/protocol/export-receipt';
import type { SignedStatement } from '../../../../shared/protocol/signed-statement';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs, ServiceLog } from '../ports';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { certificateOf, StatementChecks } from '../unlock/statement-checks';
import type { SessionListener } from '../unlock/unlock';
import { presence } from './presence';

/** Fact: files of receipts by trace number, the newest first. */
const FACT = 'exports.receipts';
const KEPT = 200;
const MARK = '"type":"export-receipt"';
const KeptSchema = z.array(
  z.strictObject({ traceId: z.string(), takenMs: z.number().int(), file: ReceiptFileSchema }),
);
type Kept = z.infer<typeof KeptSchema>;

interface Parts {
  readonly store: StoreCaller;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** What this device holds of its office now. */
  office(): OfficeFile;
}

/**
 * Countersignatures that the centre sends: kept in the journal, and laid beside the package as `<trace>.receipt.json`
 * where it still lies where it was made. A package is never changed by it.
 */
export class ExportReceipts implements SessionListener {
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Parts) {}

  opened({ view }: OpenSession): void {
    // Nobody waits for folders of the network.
    if (view.role === 'inspector' || view.role === 'head') void this.take();
  }

  closing(): void {
    // A file that is half written is renamed or not there.
  }

  /** When the centre had the record, by trace number. */
  async takenMs(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.kept()).map(({ traceId, takenMs }) => [traceId, takenMs]));
  }

  /** Takes what came with the statements; one after the other. Never rejects: the next contact brings it again. */
  take(): Promise<void> {
    this.turn = this.turn.then(() =>
      this.takeNow().catch((error: unknown) => {
        this.parts.log.warn('receipts of exports not taken', { detail: String(error) });
      }),
    );
    return this.turn;
  }

  private async takeNow(): Promise<void> {
    const { store } = this.parts;
    const office = this.parts.office();
    const envelopes = office.statements.filter(({ payload }) => payload.includes(MARK));
    if (envelopes.length === 0) return;
    const kept = await this.kept();
    const known = new Set(kept.map(({ traceId }) => traceId));
    const fresh: Kept = [];
    for (const envelope of envelopes) {
      const receipt = await this.read(office, envelope);
      if (receipt === null || known.has(receipt.traceId)) continue;
      const { traceId, takenMs } = receipt;
      fresh.push({ traceId, takenMs, file: fileOf(office, envelope) });
    }
    if (fresh.length > 0) {
      const all = [...fresh, ...kept].slice(0, KEPT);
      await store.call('factSet', { name: FACT, value: canonicalJson(all) });
    }
    await this.lay([...fresh, ...kept]);
  }

  private async read(office: OfficeFile, envelope: SignedStatement): Promise<ExportReceipt | null> {
    const checks = new StatementChecks(office.ca, office.statementCertificate);
    const said = await checks.open(envelope, ExportReceiptSchema, this.parts.nowMs());
    const isOwn =
      said.ok && said.value.office === office.office.code && said.value.device === office.deviceId;
    return isOwn ? said.value : null;
  }

  private async lay(kept: Kept): Promise<void> {
    const ledger = await this.parts.store.call('ledgerList', { limit: 200 });
    const wanted = kept.flatMap(({ traceId, file }) => {
      const path = ledger.find((entry) => entry.traceId === traceId)?.path ?? null;
      return path === null
        ? []
        : [{ path, file, target: join(dirname(path), receiptNameOf(basename(path))) }];
    });
    const standing = await presence.of(wanted.flatMap(({ path, target }) => [path, target]));
    for (const { path, target, file } of wanted) {
      // Of a folder that is away nothing is known: the next contact, or session, lays it.
      if (standing.get(path) !== 'there' || standing.get(target) !== 'absent') continue;
      await writeFile(`${target}.part`, canonicalJson(file), { mode: 0o600 });
      await rename(`${target}.part`, target);
    }
  }

  private async kept(): Promise<Kept> {
    const text = await this.parts.store.call('factGet', { name: FACT });
    const kept = KeptSchema.safeParse(JSON.parse(text ?? '[]'));
    return kept.success ? kept.data : [];
  }
}

function fileOf(office: OfficeFile, statement: SignedStatement): z.infer<typeof ReceiptFileSchema> {
  const { raw } = certificateOf(office.statementCertificate);
  const certificate = Buffer.from(raw).toString('base64');
  return { format: 'fieldcert-receipt', version: 1, statement, certificate };
}
