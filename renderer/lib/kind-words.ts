import {
  type CertificateKind,
  type EventType,
  type ReadEventType,
  type ReadKind,
  type Status,
  unknownCode,
} from '../../shared/domain/model';
import type { Translate } from '../i18n';

/** The word of a kind; one that this program does not know is named by its code. */
export function kindText(t: Translate, kind: ReadKind): string {
  const code = unknownCode(kind);
  return code === null ? t(`kinds.${kind as CertificateKind}`) : t('unknown.kind', { code });
}

/** What stands on a certificate of that kind. */
export function kindTitle(t: Translate, kind: ReadKind): string {
  const code = unknownCode(kind);
  return code === null ? t(`titles.${kind as CertificateKind}`) : t('unknown.kind', { code });
}

/** A status in a sentence; where it rests on rules that this program does not know, it says so. */
export function statusText(t: Translate, status: Status, kind: ReadKind | null): string {
  const isUnruled = status === 'under-verification' && kind !== null && unknownCode(kind) !== null;
  return t(isUnruled ? 'unknown.rules' : `status.${status}`);
}

/** What happened to a certificate; what this program does not know is named by its code. */
export function eventText(t: Translate, type: ReadEventType): string {
  const code = unknownCode(type);
  return code === null ? t(`events.${type as EventType}`) : t('unknown.event', { code });
}
