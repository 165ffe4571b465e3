import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

export interface ExternalResult {
  /** The command as a person would repeat it. */
  readonly command: string;
  readonly isOk: boolean;
  /** What the program itself printed. */
  readonly output: string;
}

function runExternal(
  program: string,
  args: readonly string[],
  isOk: (status: number | null, output: string) => boolean,
): ExternalResult {
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  const output =
    `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? String(result.error) : ''}`.trim();
  return {
    command: [program, ...args].join(' '),
    isOk: isOk(result.status, output),
    output: output.slice(0, 4000),
  };
}

/** openssl's own word on the detached CAdES signature over the manifest. */
export function checkWithOpenssl(files: {
  readonly manifest: string;
  readonly signature: string;
  readonly root: string;
}): ExternalResult {
  return runExternal(
    'openssl',
    [
      'cms',
      '-verify',
      '-binary',
      '-cades',
      '-inform',
      'DER',
      '-in',
      files.signature,
      '-content',
      files.manifest,
      '-CAfile',
      files.root,
      '-purpose',
      'any',
      '-out',
      '/dev/null',
    ],
    (status, output) => status === 0 && /Verification successful/i.test(output),
  );
}

/** poppler's own word on the PAdES signature in the report. */
export function checkWithPdfsig(report: string): ExternalResult {
  return runExternal(
    'pdfsig',
    [report],
    (_status, output) =>
      /Signature is Valid/i.test(output) && /Total document signed/i.test(output),
  );
}

/**
 * Opens a file as SQLCipher 4 with a random key; the engine has to refuse it.
 * Runs in this process, so it needs the Node that the binding is made for.
 */
export function checkWrongKey(file: string): ExternalResult {
  const require = createRequire(__filename);
  const Database = require('sqlcipher') as new (
    file: string,
    options: object,
  ) => {
    pragma(text: string): unknown;
    key(key: Buffer): unknown;
    prepare(sql: string): { get(): unknown };
    close(): void;
  };
  const command = `sqlcipher (random 256-bit key) ${file}`;
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    database.pragma("cipher='sqlcipher'");
    database.pragma('legacy=4');
    database.key(Buffer.from(`x'${randomBytes(32).toString('hex')}'`, 'ascii'));
    database.prepare('select count(*) from sqlite_master').get();
    return { command, isOk: false, output: 'opened with a wrong key' };
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    return {
      command,
      isOk: code === 'SQLITE_NOTADB',
      output: `${code}: ${(error as Error).message}`,
    };
  } finally {
    database.close();
  }
}
