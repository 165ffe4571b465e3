import { AppError } from '../../../../shared/errors/app-error';
import type { OutgoingPreview } from '../../../../shared/ipc/routes/bundle';
import { OUTGOING_SPLIT_BYTES } from '../../../../shared/protocol/bundle';
import type { ControlReceipt } from '../../../../shared/protocol/control';
import type { OutboxCommand } from '../../../../shared/protocol/outbox';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { DeviceReports } from '../report/report';
import type { SessionHolder } from '../unlock/session';
import { outgoingName, sealOutgoing, writeOutgoing } from './outgoing-file';

/** Fact of the journal: when the last outgoing bundle was written, UTC ms. */
const WRITTEN_FACT = 'bundle.written';
const COMMANDS_AT_ONCE = 100;

export interface OutgoingParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  readonly reports: DeviceReports;
  readonly outbox: Pick<OutboxService, 'queueAudit'>;
  /** Receipts of directives that the server has not confirmed. */
  receipts(): readonly ControlReceipt[];
  chooseFolder(): Promise<string | null>;
}

/** What was written; `files` null: the person chose no folder. */
export interface Written {
  readonly files: readonly string[] | null;
  readonly commands: number;
  readonly bytes: number;
}

/** What waits for the server, onto a stick. Nothing counts as sent for it: verdicts come back by line or stick. */
export class OutgoingBundles {
  constructor(private readonly parts: OutgoingParts) {}

  async preview(): Promise<OutgoingPreview> {
    const { store, reports, receipts } = this.parts;
    const { pending, failures } = await reports.make();
    const lastMs = await store.call('factGet', { name: WRITTEN_FACT });
    return {
      commands: pending,
      receipts: receipts().length,
      failures: failures.length,
      lastMs: lastMs === null ? null : Number(lastMs),
    };
  }

  /** Asks for a folder and writes. Throws FORBIDDEN, DISK_FULL, DISK_READ_ONLY, BUNDLE_GONE; then no file is left half. */
  async write(): Promise<Written> {
    const { store, sessions, nowMs, outbox, reports, receipts, chooseFolder } = this.parts;
    const folder = await chooseFolder();
    if (folder === null) return { files: null, commands: 0, bytes: 0 };
    const { office, keys } = sessions.demand();
    const signKey = keys.peek('deviceSign');
    if (signKey === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
    await outbox.queueAudit();
    const report = await reports.make();
    const groups = await this.groups();
    const madeMs = nowMs();
    const files: string[] = [];
    let bytes = 0;
    for (const [i, commands] of groups.entries()) {
      const place = { part: i + 1, parts: groups.length, madeMs };
      const content = { commands: [...commands], receipts: [...receipts()], report };
      const sealed = await sealOutgoing(office, signKey, content, place);
      const name = outgoingName(office.deviceId, place);
      await writeOutgoing(folder, name, sealed);
      files.push(name);
      bytes += sealed.length;
    }
    await store.call('factSet', { name: WRITTEN_FACT, value: String(madeMs) });
    return { files, commands: groups.flat().length, bytes };
  }

  /** Commands without a verdict and what follows them, in files of a bearable size; one file at least. */
  private async groups(): Promise<readonly (readonly OutboxCommand[])[]> {
    const { store } = this.parts;
    const groups: OutboxCommand[][] = [[]];
    let size = 0;
    for (let from: number | null = null; ; ) {
      const commands: readonly OutboxCommand[] = await store.call('outboxPending', {
        from,
        limit: COMMANDS_AT_ONCE,
      });
      for (const command of commands) {
        if (size + command.payload.length > OUTGOING_SPLIT_BYTES && size > 0) {
          groups.push([]);
          size = 0;
        }
        groups.at(-1)?.push(command);
        size += command.payload.length;
      }
      const last = commands.at(-1);
      if (last === undefined) return groups;
      from = last.dseq + 1;
    }
  }
}
