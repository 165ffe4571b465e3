import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UpdateStatusSchema } from '../../../../shared/ipc/routes/update';
import { RELEASE_VERSION } from '../../../../shared/protocol/release-version';
import { writeAtomically } from '../../../platform/atomic-write';

const MOST_FAILED = 20;
const HistorySchema = z.strictObject({
  id: z.uuid(),
  failed: z.array(z.string().regex(RELEASE_VERSION)).max(MOST_FAILED),
  last: UpdateStatusSchema.shape.last,
});
type History = z.infer<typeof HistorySchema>;
export type LastUpdate = NonNullable<History['last']>;

/** What became of updates on this installation, in a plain file. One that does not parse counts as absent. */
export class UpdateHistory {
  private value: History;

  constructor(private readonly path: string) {
    this.value = stored(path) ?? { id: randomUUID(), failed: [], last: null };
  }

  /** Decides which share of a staged release this installation belongs to; says nothing about it. */
  get id(): string {
    return this.value.id;
  }

  get last(): LastUpdate | null {
    return this.value.last;
  }

  /** Versions that reached no window here: never offered again. */
  hasFailed(version: string): boolean {
    return this.value.failed.includes(version);
  }

  async note(last: LastUpdate): Promise<void> {
    const { id } = this.value;
    const failed =
      last.outcome === 'returned' && !this.hasFailed(last.to)
        ? [...this.value.failed, last.to].slice(-MOST_FAILED)
        : this.value.failed;
    await this.keep({ id, failed, last });
  }

  /** Writes what was made up at the first start, so that it stays the same. */
  async settle(): Promise<void> {
    await this.keep(this.value);
  }

  private async keep(value: History): Promise<void> {
    this.value = value;
    await writeAtomically(this.path, `${JSON.stringify(value)}\n`);
  }
}

function stored(path: string): History | undefined {
  try {
    return HistorySchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
