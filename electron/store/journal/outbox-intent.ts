import type { WritableDb } from '../database';
import type { OutboxCalls } from '../outbox-protocol';
import { sql } from '../sql/tag';
import { textOrNull } from '../sql/values';
import { appendCommandAudit } from './audit';
import { insertLedger } from './ledger';
import { writeSaved } from './saved-items';
import { factPlace, isWordFact, savedPlace } from './words/places';
import { isSealed, wordsOf } from './words/words';
import { settleItem } from './work-items';

/** Fact: the command that is about to be written to the copy, with all that becomes true with it. */
const FACT = 'outbox.intent';

type Input = OutboxCalls['outboxAppend'][0];

/**
 * Says what is about to be done, before the copy outside the office has the command. A process that dies between copy
 * and journal leaves a command that counts; what belongs to it is done when it is taken in from the copy.
 */
export function keepIntent(db: WritableDb, hash: string, input: Input): void {
  const value = JSON.stringify({ hash, input });
  db.run(sql`insert or replace into fact values (${FACT}, ${value})`);
}

/**
 * What is written around a command as it rests, sealed before the intent is kept: a process that died leaves it there. Its draft
 * comes sealed, and its log entry without words, from main (`private-words.ts`, `logged-part.ts`).
 */
export function sealInput(db: WritableDb, input: Input): Input {
  return rested(input, (text, place) => wordsOf(db).seal(text, place));
}

function rested(input: Input, seal: (text: string, place: string) => string): Input {
  const { fact, saved } = input;
  const kept = (item: string, userId: string, of: 'title' | 'body', text: string) =>
    text === '' ? '' : seal(text, savedPlace(item, userId, of));
  return {
    ...input,
    ...(fact === undefined || !isWordFact(fact.name)
      ? {}
      : { fact: { ...fact, value: seal(fact.value, factPlace(fact.name)) } }),
    ...(saved === undefined
      ? {}
      : {
          saved: {
            ...saved,
            title: kept(saved.item, saved.userId, 'title', saved.title),
            body: kept(saved.item, saved.userId, 'body', saved.body),
          },
        }),
  };
}

/** What belongs to a command of that hash, where it was about to be written when the process died. */
export function intentOf(db: WritableDb, hash: string): Input | undefined {
  const text = textOrNull(db.value(sql`select value from fact where name = ${FACT}`));
  if (text === null) return undefined;
  const kept = JSON.parse(text) as { readonly hash: string; readonly input: Input };
  const isOfIt = kept.hash === hash;
  if (!isOfIt) return undefined;
  // What a program of before was about to write lies there in clear. Once all that is sealed, clear is what a session without
  // the key wrote, or somebody by hand: it is not sealed as if it had been written with the key.
  const words = wordsOf(db);
  return rested(kept.input, (value, place) =>
    isSealed(value) || words.isDone ? value : words.seal(value, place),
  );
}

/** Everything that becomes true with a command but the command itself; in the caller's transaction. */
export function writeAround(db: WritableDb, device: string, input: Input): void {
  const { command, audit, draft, settles, fact, ledger, saved } = input;
  const { dseq, atMs, actor } = command;
  if (draft !== undefined) db.run(sql`insert into outbox_draft values (${dseq}, ${draft})`);
  if (settles !== undefined) settleItem(db, settles, { actor, note: null, successor: dseq }, atMs);
  if (fact !== undefined)
    db.run(sql`insert or replace into fact values (${fact.name}, ${fact.value})`);
  if (ledger !== undefined) insertLedger(db, ledger);
  if (saved !== undefined) writeSaved(db, saved, dseq, atMs);
  if (audit !== null) appendCommandAudit(db, device, audit, atMs);
  db.run(sql`delete from fact where name = ${FACT}`);
}
