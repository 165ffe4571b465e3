import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A fresh folder that is gone when the bench ends. */
export function freshFolder(purpose: string): string {
  const path = mkdtempSync(join(tmpdir(), `fieldcert-bench-${purpose}-`));
  made.push(path);
  return path;
}

export function removeFolders(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}
