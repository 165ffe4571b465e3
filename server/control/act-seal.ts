import { readDraft } from '../../shared/protocol/admin-acts';
import type { KeyProvider } from '../keys/key-provider';
import type { ActTexts } from '../store/act-texts';

/** Before a text that rests sealed; no draft and no intent begins like it. */
const SEALED = 'sealed:';

/**
 * Acts that say how to reach a person rest sealed to the centre's own key: the text, and what each window showed of it. Whoever signs
 * or looks at them at the centre reads them; a copy of the database does not.
 */
export class ActSeal {
  constructor(private readonly keys: Pick<KeyProvider, 'wrap' | 'unwrap'>) {}

  /** A text of an act as it rests. `ofAct`: the act's own text. */
  seal<T extends string | null>(id: string, ofAct: string, text: T): T | string {
    if (text === null || readDraft(ofAct)?.act.kind !== 'phone') return text;
    return this.sealed(id, text);
  }

  /** All that an act's row says, sealed; what is sealed already stays as it is. */
  all(id: string, { text, requestIntent, countersignIntent }: ActTexts): ActTexts {
    return {
      text: this.sealed(id, text),
      requestIntent: requestIntent && this.sealed(id, requestIntent),
      countersignIntent: countersignIntent && this.sealed(id, countersignIntent),
    };
  }

  private sealed(id: string, text: string): string {
    if (text.startsWith(SEALED)) return text;
    const sealed = this.keys.wrap(Buffer.from(text, 'utf8'), contextOf(id));
    return `${SEALED}${sealed.toString('base64')}`;
  }

  /** A text as it was signed, also one that rests in plain. Throws for one that was altered, or is of another act. */
  open<T extends string | null>(id: string, text: T): T | string {
    if (text?.startsWith(SEALED) !== true) return text;
    const sealed = Buffer.from(text.slice(SEALED.length), 'base64');
    return this.keys.unwrap(sealed, contextOf(id)).toString('utf8');
  }
}

const contextOf = (id: string): string => `text of act ${id}`;
