import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How long a folder may take to answer, ms: one of the network that is away takes tens of seconds, on some systems minutes. */
const LIMIT_MS = 1_500;

/** `away`: its folder did not answer, so that nothing is known. */
export type Standing = 'there' | 'absent' | 'away';

/**
 * Whether files are where they were put, asked so that a network folder that is away holds nobody up: neither the thread that
 * asks nor, by one hanging question after the other, the threads that read files for everybody.
 */
export class Presence {
  /** Folders whose answer is still owed: they are away, and are not asked again before it comes. */
  private readonly asked = new Set<string>();

  constructor(
    private readonly look: (path: string) => Promise<unknown> = stat,
    private readonly limitMs = LIMIT_MS,
  ) {}

  /** How each of the files stands, within the limit. */
  async of(paths: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    const standing = new Map<string, Standing>(paths.map((path) => [path, 'away']));
    const folders = new Set(paths.map((path) => dirname(path)));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.limitMs);
    });
    const answers = [...folders]
      .filter((folder) => !this.asked.has(folder))
      .map((folder) => this.ask(folder, paths, standing));
    await Promise.race([Promise.all(answers), limit]);
    clearTimeout(timer);
    return new Map(standing);
  }

  /** The folder first, alone: while it does not answer, one thread waits for it and no more. */
  private async ask(
    folder: string,
    paths: readonly string[],
    standing: Map<string, Standing>,
  ): Promise<void> {
    const own = paths.filter((path) => dirname(path) === folder);
    this.asked.add(folder);
    const hasFolder = await this.isThere(folder);
    this.asked.delete(folder);
    await Promise.all(
      own.map(async (path) => {
        const isThere = hasFolder && (await this.isThere(path));
        standing.set(path, isThere ? 'there' : 'absent');
      }),
    );
  }

  private isThere(path: string): Promise<boolean> {
    return this.look(path).then(
      () => true,
      () => false,
    );
  }
}

/** The one of the program. */
export const presence = new Presence();
