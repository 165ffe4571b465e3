import { readFile } from 'node:fs/promises';
import { ATTACHMENT_KINDS, type AttachmentKind } from '../../shared/domain/model';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

/** `attach`: a file comes to a person or a certificate. */
export function attach(args: Arguments, terminal: Terminal): Promise<void> {
  const kind = args.need('kind');
  if (!Object.hasOwn(ATTACHMENT_KINDS, kind))
    throw new UsageError(`--kind is one of ${Object.keys(ATTACHMENT_KINDS).join(' ')}`);
  const owner = args.number('owner', 1, Number.MAX_SAFE_INTEGER);
  if (owner === undefined) throw new UsageError('--owner is missing');
  return withCentral(args, terminal, async (central) => {
    const content = await readFile(args.need('file'));
    const made = await central.attach(args.need('region'), {
      owner,
      kind: kind as AttachmentKind,
      content,
    });
    terminal.out(`attachment ${made.id} ${made.sha256}`);
  });
}
