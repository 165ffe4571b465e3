import { spawn } from 'node:child_process';

/** What the simulator's last line says. */
export interface Summary {
  readonly seeds: number;
  readonly steps: number;
  readonly simulatedHours: number;
  readonly broken: readonly number[];
  readonly seconds: number;
}

/** Room for young objects, MiB: with the default a seventh of the time goes into collecting them. */
const YOUNG_MB = 32;

/** Runs a bundled simulator; `text` is all that it said. */
export function runSimulator(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly text: string; readonly summary: Summary }> {
  const memory = `--max-semi-space-size=${YOUNG_MB}`;
  const child = spawn(process.execPath, [memory, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  return new Promise((resolve, reject) =>
    child.once('close', (code) => {
      const last = text.trim().split('\n').at(-1) ?? '';
      try {
        resolve({ code, text, summary: JSON.parse(last) as Summary });
      } catch {
        reject(new Error(`the simulator ended with ${code}: ${text.slice(-2_000)}`));
      }
    }),
  );
}
