import { z } from 'zod';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: attachments that people asked for and that wait for the line, [certificate, attachment]. */
const FACT = 'attachments.queued';
const MOST = 200;

const QueueSchema = z.array(z.tuple([z.number().int().positive(), z.number().int().positive()]));

/** What was asked for while the server could not be reached, in order; it outlives the session. */
export class QueuedAttachments {
  /** By attachment: the certificate that it was asked for with. */
  private waiting = new Map<number, number>();

  constructor(private readonly store: StoreCaller) {}

  get size(): number {
    return this.waiting.size;
  }

  has(id: number): boolean {
    return this.waiting.has(id);
  }

  list(): readonly (readonly [id: number, certificateId: number])[] {
    return [...this.waiting];
  }

  async load(): Promise<void> {
    const kept = await this.store.call('factGet', { name: FACT });
    const parsed = QueueSchema.safeParse(kept === null ? [] : parse(kept));
    this.waiting = new Map((parsed.data ?? []).map(([certificateId, id]) => [id, certificateId]));
  }

  async add(id: number, certificateId: number): Promise<void> {
    if (this.waiting.has(id)) return;
    this.waiting.set(id, certificateId);
    // The oldest wish gives way; whoever opens the record again wishes it again.
    for (const oldest of this.waiting.keys()) {
      if (this.waiting.size <= MOST) break;
      this.waiting.delete(oldest);
    }
    await this.save();
  }

  async remove(id: number): Promise<void> {
    if (this.waiting.delete(id)) await this.save();
  }

  private async save(): Promise<void> {
    const value = JSON.stringify(
      [...this.waiting].map(([id, certificateId]) => [certificateId, id]),
    );
    await this.store.call('factSet', { name: FACT, value });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
