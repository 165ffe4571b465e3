import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import type { AdminAct, AdminDraft, AdminPart } from '../../../../shared/protocol/admin-acts';
import type { SignedIntent } from '../../../../shared/protocol/intents';

/** The centre answers the same signature for as long as this. */
const KEPT_MS = 10 * 60_000;

/** A part that was signed and handed in. */
export interface HandedIn {
  readonly draft: AdminDraft;
  readonly part: AdminPart;
  readonly text: string;
  readonly signed: SignedIntent;
}

/**
 * Signatures that the centre may have taken and whose answer did not arrive: handed in again as they are, they are answered with what
 * the first time came to, codes included. A new signature would be told that the act is gone. In memory, until a lock.
 */
export class Unanswered {
  private readonly kept = new Map<string, { readonly what: HandedIn; readonly untilMs: number }>();

  constructor(private readonly nowMs: () => number) {}

  keep(what: HandedIn): void {
    const untilMs = this.nowMs() + KEPT_MS;
    // The first time counts: an answer is kept from then on.
    if (!this.kept.has(what.draft.id)) this.kept.set(what.draft.id, { what, untilMs });
  }

  /** The signature that decided on an act, as far as this desk knows. */
  decisionOn(id: string): HandedIn | null {
    const what = this.of(id);
    return what === null || what.part === 'request' ? null : what;
  }

  /** The request of this very act. */
  requestOf(act: AdminAct): HandedIn | null {
    const text = canonicalJson(act);
    for (const id of this.kept.keys()) {
      const what = this.of(id);
      if (what?.part === 'request' && canonicalJson(what.draft.act) === text) return what;
    }
    return null;
  }

  settle(id: string): void {
    this.kept.delete(id);
  }

  forget(): void {
    this.kept.clear();
  }

  private of(id: string): HandedIn | null {
    const one = this.kept.get(id);
    return one === undefined || one.untilMs <= this.nowMs() ? null : one.what;
  }
}
