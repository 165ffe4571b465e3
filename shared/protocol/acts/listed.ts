import { canonicalJson } from '../../kernel/canonical-json';
import { type AdminDraft, readDraft } from '../admin-acts';
import { concealed } from './facts';

/** The text of an act that is over, as lists have it: see `concealed`. Nobody signs it, and `readDraft` does not take it. */
export function concealedText(text: string): string {
  const draft = readDraft(text);
  return draft === null ? text : canonicalJson({ ...draft, act: concealed(draft.act) });
}

/** An act out of a list, as `readDraft`, also with a number that is masked; null for anything else. */
export function readListed(text: string): AdminDraft | null {
  const draft = readDraft(text);
  if (draft !== null) return draft;
  const [, phone] = /"phone":"(\+?\d{2,3}\*{4,9}\d{4})"/.exec(text) ?? [];
  if (phone === undefined) return null;
  const unmasked = readDraft(text.replace(phone, phone.replaceAll('*', '0')));
  if (unmasked?.act.kind !== 'phone') return null;
  return { ...unmasked, act: { ...unmasked.act, phone } };
}
