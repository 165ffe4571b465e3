import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readListed } from '../../shared/protocol/acts/listed';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const MOST_BYTES = 1_000_000;

/** `admins`: who administers this centre; `--add` the first two. */
export function admins(args: Arguments, terminal: Terminal): Promise<void> {
  const person = args.text('add');
  return withCentral(args, terminal, async (central) => {
    if (person !== undefined) {
      const certificate = certificateOf(args).toString('base64');
      await central.acts.found({ person, name: args.need('name'), certificate });
    }
    const all = await central.acts.admins();
    for (const one of all) terminal.out(`${one.person}  ${one.name}`);
    terminal.out(
      all.length < 2
        ? 'fewer than two administrators: acts are done by whoever runs this command'
        : 'administrative acts take the signatures of two of them',
    );
  });
}

/** `act-draft`: the text of an act, to be signed by two. An existing file is not overwritten. */
export function actDraft(args: Arguments, terminal: Terminal): Promise<void> {
  const [file, out] = [args.need('file'), args.need('out')];
  return withCentral(args, terminal, async (central) => {
    const text = central.acts.draft(JSON.parse(bytesOf(file).toString('utf8')));
    writeFileSync(out, text, { flag: 'wx', mode: 0o644 });
    terminal.out(`${out}: ${text}`);
  });
}

/** `act-message`: the bytes that a person signs for their part. */
export function actMessage(args: Arguments, terminal: Terminal): Promise<void> {
  const [out, part] = [args.need('out'), args.need('part')];
  if (part !== 'request' && part !== 'countersign' && part !== 'refuse')
    throw new UsageError('--part is request, countersign or refuse');
  return withCentral(args, terminal, async (central) => {
    const text = await textOf(args, central.acts);
    const message = central.acts.message(text, part, certificateOf(args));
    writeFileSync(out, message, { flag: 'wx', mode: 0o644 });
    terminal.out(`${out}: sign these bytes with your own key (SHA-256, or SM3 for SM2): ${text}`);
  });
}

/** `act-request`: the first signature. */
export function actRequest(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const { id } = await central.acts.request(await textOf(args, central.acts), signedOf(args));
    terminal.out(`act ${id} waits for another person`);
  });
}

/** `act-countersign`: the second signature, by another person; then the act is done. */
export function actCountersign(args: Arguments, terminal: Terminal): Promise<void> {
  const id = args.need('act');
  return withCentral(args, terminal, async (central) => {
    const { state, outcome, told } = await central.acts.countersign(id, signedOf(args));
    terminal.out(`act ${id}: ${state}: ${outcome}`);
    const out = args.text('out');
    if (told !== undefined && out !== undefined)
      writeFileSync(out, told, { flag: 'wx', mode: 0o600 });
    else if (told !== undefined) terminal.out(told);
  });
}

/** `act-refuse`: another person's refusal, or who asked takes it back. */
export function actRefuse(args: Arguments, terminal: Terminal): Promise<void> {
  const id = args.need('act');
  return withCentral(args, terminal, async (central) => {
    const { state } = await central.acts.refuse(id, signedOf(args));
    terminal.out(`act ${id}: ${state}`);
  });
}

/** `acts`: what was asked, by whom, and what became of it. */
export function acts(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const all = await central.acts.list();
    if (args.has('json')) {
      terminal.out(
        JSON.stringify(all.map(({ request: _request, requestIntent: _intent, ...shown }) => shown)),
      );
      return;
    }
    if (all.length === 0) terminal.out('no acts');
    for (const { id, text, requestedBy, countersignedBy, state, outcome } of all) {
      const shown = readListed(text)?.act;
      terminal.out(
        `${id}  ${state}  ${requestedBy}, ${countersignedBy ?? '–'}  ${outcome ?? ''}  ${JSON.stringify(shown)}`,
      );
    }
  });
}

/** Of `--draft FILE`, or of the act that was asked. */
async function textOf(
  args: Arguments,
  desk: { list(): Promise<readonly { readonly id: string; readonly text: string }[]> },
): Promise<string> {
  const file = args.text('draft');
  if (file !== undefined) return bytesOf(file).toString('utf8');
  const id = args.need('act');
  const kept = (await desk.list()).find((one) => one.id === id);
  if (kept === undefined) throw new RangeError(`no act ${id}`);
  return kept.text;
}

const signedOf = (args: Arguments) => ({
  certificate: certificateOf(args),
  signature: bytesOf(args.need('signature')),
});

function certificateOf(args: Arguments): Buffer {
  const file = args.need('certificate');
  try {
    return new X509Certificate(bytesOf(file)).raw;
  } catch {
    throw new UsageError(`${file} holds no certificate`);
  }
}

function bytesOf(file: string): Buffer {
  const bytes = readFileSync(file);
  if (bytes.length > MOST_BYTES) throw new UsageError(`${file} is too large`);
  return bytes;
}
