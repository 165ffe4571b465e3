import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { type AuditEntry, readAuditHeader } from '../../shared/protocol/audit-chain';
import { outboxContext } from '../../shared/protocol/endpoints';
import { OutboxCommandSchema } from '../../shared/protocol/outbox';
import { boxContext } from '../../shared/protocol/sealed-box';
import type { KeyProvider } from '../keys/key-provider';
import type { ReceivedCommand } from '../store/outbox';
import { type SalvagedRow, SalvageFile, SalvageUnreadable } from '../store/salvage-file';
import { type ChainParts, chainParts } from './chain-parts';

/** salvage.json as the desk writes it; numbers are what was read of the damaged journal. */
const NoteSchema = z.object({
  format: z.literal('fieldcert-salvage'),
  version: z.literal(1),
  context: z.string().max(100),
  forServer: z.string().max(1000),
  rows: z.record(z.string(), z.number()),
  damagedPages: z.number().int().nonnegative(),
});

/** What exists nowhere else but in a journal, besides the audit log and the outbox. */
const KEPT_TABLES: readonly string[] = [
  'batch',
  'batch_row',
  'export_ledger',
  'field_check',
  'note',
  'query_log',
  'saved_item',
];

export interface ReadSalvage {
  readonly device: string;
  readonly auditEntries: number;
  readonly chain: ChainParts;
  readonly commands: number;
  /** Rows written by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Tables that could not be read, or not to their end. */
  readonly unreadable: readonly string[];
  /** Pages of the office's journal that were damaged when it was salvaged. */
  readonly damagedPages: number;
}

/** Takes lines of the result: readable ones, and sealed commands as outbox-import takes them. */
export interface SalvageSink {
  readable(line: string): void;
  command(line: string): void;
}

/** It is not a salvage, or not one for this server. The message is for the operator. */
export class SalvageRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SalvageRefused';
  }
}

/**
 * Reads what an office saved of a damaged journal (`salvage.db`, `salvage.json`) with the server's key. The folder is
 * left as it is. Throws SalvageRefused or SalvageUnreadable; a table that breaks off is told in the answer.
 */
export async function readSalvage(
  keys: KeyProvider,
  folder: string,
  sink: SalvageSink,
): Promise<ReadSalvage> {
  const note = await readNote(join(folder, 'salvage.json'));
  const device = note.context.replace(/^salvage\|/, '');
  if (boxContext.salvage(device) !== note.context)
    throw new SalvageRefused('salvage.json names no device');
  const key = await keys.openBox(Buffer.from(note.forServer, 'base64'), note.context);
  if (key === undefined || key.length !== 32)
    throw new SalvageRefused(
      'salvage.json was not sealed to the key of this server, or was altered',
    );
  const work = await mkdtemp(join(tmpdir(), 'fieldcert-salvage-'));
  try {
    const path = join(work, 'salvage.db');
    await copyFile(join(folder, 'salvage.db'), path);
    const file = SalvageFile.open(path, key);
    try {
      const { damagedPages } = note;
      return { device, damagedPages, ...(await new Reading(file, keys, device, sink).all()) };
    } finally {
      file.close();
    }
  } finally {
    key.fill(0);
    await rm(work, { recursive: true, force: true });
  }
}

/** salvage.json, of the one form that there is. Throws SalvageRefused. */
async function readNote(path: string): Promise<z.infer<typeof NoteSchema>> {
  try {
    return NoteSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new SalvageRefused(`${path} is missing or no description of a salvaged journal`);
  }
}

/** One pass over an opened file. */
class Reading {
  private readonly tables: readonly string[];
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly file: SalvageFile,
    private readonly keys: KeyProvider,
    private readonly device: string,
    private readonly sink: SalvageSink,
  ) {
    this.tables = file.tables();
  }

  async all(): Promise<Omit<ReadSalvage, 'device' | 'damagedPages'>> {
    const entries: NumberedEntry[] = [];
    // What the device opened of entries whose texts were sealed before they were chained: not under the chain itself.
    const opened = new Map<number, string>();
    await this.each('audit_words', ({ seq, payload }) => {
      opened.set(Number(seq), String(payload));
    });
    await this.each('audit', (row) => {
      const entry = entryOf(row);
      entries.push(entry);
      this.tell('audit', auditFacts(entry, opened.get(entry.seq)));
    });
    let commands = 0;
    await this.each('outbox', async (row) => {
      const command = commandOf(row, this.device);
      if (command === undefined) return void this.unreadable.add('outbox');
      commands++;
      this.sink.command(canonicalJson(command));
      this.tell('command', { ...command, payload: await this.open(command), verdict: row.verdict });
    });
    const rows: Record<string, number> = {};
    for (const table of KEPT_TABLES)
      await this.each(table, (row) => {
        rows[table] = (rows[table] ?? 0) + 1;
        this.tell(table, row);
      });
    const unreadable = [...this.unreadable];
    return { auditEntries: entries.length, chain: chainParts(entries), commands, rows, unreadable };
  }

  /** Every row that can be read; a table that breaks off is noted. */
  private async each(table: string, act: (row: SalvagedRow) => Promise<void> | void) {
    if (!this.tables.includes(table)) return;
    try {
      for (const row of this.file.rows(table)) await act(row);
    } catch (error) {
      if (!(error instanceof SalvageUnreadable)) throw error;
      this.unreadable.add(table);
    }
  }

  /** What a command says; null where its box does not open. */
  private async open({ payload, dseq }: ReceivedCommand): Promise<unknown> {
    const context = outboxContext(this.device, dseq);
    const opened = await this.keys.openBox(Buffer.from(payload, 'base64'), context);
    return opened === undefined ? null : parsed(Buffer.from(opened).toString('utf8'));
  }

  private tell(type: string, facts: object): void {
    this.sink.readable(JSON.stringify({ type, ...facts }));
  }
}

type NumberedEntry = AuditEntry & { readonly seq: number };

function entryOf({ seq, header, hash, mac, payload, salt }: SalvagedRow): NumberedEntry {
  return {
    seq: Number(seq),
    header: String(header),
    hash: String(hash),
    mac: String(mac),
    payload: payload === null || payload === undefined ? null : String(payload),
    salt: salt instanceof Uint8Array ? salt : null,
  };
}

/** What the proven header says, not the columns beside it. Payload null: retention took it. */
function auditFacts({ seq, header, payload: chained }: NumberedEntry, opened?: string): object {
  const facts = readAuditHeader(header);
  if (facts === undefined) return { seq, header };
  const { atMs, actor, device, kind } = facts;
  const content = chained === null ? null : parsed(chained);
  const line = { seq: facts.seq, atMs, actor, device, kind, payload: content };
  // Only what the chain says was sealed is worded by the device, and marked: the chain proves the sealed text alone.
  if (opened === undefined || !isSealedContent(content)) return line;
  return { ...line, payload: parsed(opened), isOpenedByDevice: true };
}

/** Its texts were sealed before they were chained. */
function isSealedContent(content: unknown): boolean {
  const words =
    typeof content === 'object' && content !== null && 'words' in content ? content.words : null;
  return typeof words === 'string' && words.startsWith('\u0001');
}

function commandOf(row: SalvagedRow, device: string): ReceivedCommand | undefined {
  const { dseq, key, kind, actor, base, payload, atMs, previous, sig } = row;
  const command = { device, dseq, key, kind, actor, payload, atMs, previous, sig };
  const read = OutboxCommandSchema.safeParse(base === null ? command : { ...command, base });
  return read.success ? read.data : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
