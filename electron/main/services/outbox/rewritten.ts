import { AppError } from '../../../../shared/errors/app-error';
import {
  COMMAND_PAYLOADS,
  type CommandKind,
  EDITABLE_FIELDS,
} from '../../../../shared/protocol/commands';
import type { WorkItem } from '../../../store/outbox-protocol';

export function isCommandKind(kind: string): kind is CommandKind {
  return Object.hasOwn(COMMAND_PAYLOADS, kind);
}

/** The texts of a work item that its author may write anew; empty where none are or what was written is not here. */
export function editableTexts({ kind, payload }: WorkItem): Readonly<Record<string, string>> {
  if (payload === null || !isCommandKind(kind)) return {};
  const content = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  const texts = (EDITABLE_FIELDS[kind] ?? []).map((name) => [name, String(content[name] ?? '')]);
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The content with other texts. Throws OUTBOX_ITEM_SETTLED where nothing is left to send, INPUT_INVALID. */
export function rewritten(
  item: WorkItem,
  texts: Readonly<Record<string, string>>,
): { readonly kind: CommandKind; readonly payload: object } {
  const { kind, payload } = item;
  if (payload === null || !isCommandKind(kind)) throw new AppError('OUTBOX_ITEM_SETTLED');
  const allowed = Object.keys(editableTexts(item));
  const foreign = Object.keys(texts).find((name) => !allowed.includes(name));
  if (foreign !== undefined) throw new AppError('INPUT_INVALID', { field: foreign });
  return { kind, payload: { ...(JSON.parse(payload) as object), ...texts } };
}
