import type { Arguments } from './arguments';
import { type Terminal, withCentral } from './commands';

/** `imports`: lists that an office handed in, or the rows of one. */
export function imports(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, id] = [args.need('office'), args.text('import')];
  return withCentral(args, terminal, async (central) => {
    if (id !== undefined) {
      for (const { verdict, row } of await central.imports.rows(id))
        terminal.out(`${verdict.padEnd(6)} ${JSON.stringify(row)}`);
      return;
    }
    for (const one of await central.imports.list(office)) {
      const day = new Date(one.receivedMs).toISOString().slice(0, 10);
      terminal.out(`${one.id}  ${day}  ${one.list}  ${one.verdict} ${one.rows}`);
    }
  });
}

/** `key-replaced`: the next certificate that a person signs with takes the place of the recorded one. */
export function keyReplaced(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, badge] = [args.need('office'), args.need('badge')];
  return withCentral(args, terminal, async (central) => {
    await central.imports.replaceKey(office, badge);
    terminal.out(`the next certificate that ${badge} signs with is recorded`);
  });
}

/** `end-person`: whoever left an office. */
export function endPerson(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, badge] = [args.need('office'), args.need('badge')];
  return withCentral(args, terminal, async (central) => {
    await central.endPerson(office, badge);
    terminal.out(`${badge} is of office ${office} no more: no device gets the role again`);
  });
}

/** `trust`: roots of signing certificates; `--remove` takes one away. */
export function trust(args: Arguments, terminal: Terminal): Promise<void> {
  const gone = args.text('remove');
  return withCentral(args, terminal, async (central) => {
    if (gone !== undefined) await central.trust.remove(gone);
    const roots = await central.trust.list();
    for (const { sha256, subject, until } of roots)
      terminal.out(`${sha256}  until ${until}  ${subject}`);
    if (roots.length === 0) terminal.out('no root: who issued a signing certificate is not judged');
  });
}
