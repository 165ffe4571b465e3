import type { DiagnosisView } from '../../../../shared/ipc/routes/recovery';
import { type Translate, useT } from '../../../i18n';
import type { CatalogueKey } from '../../../i18n/catalogue';
import { formatCount, isolate } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';
import { type FileView, fileWord, pagesWord, partWords } from './damage-words';

const SHOWN_PARTS = 5;

interface Line {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** What is safe first: what exists nowhere else stands on top. */
export function Findings({ diagnosis }: { readonly diagnosis: DiagnosisView }) {
  const t = useT();
  const { journal, slice, content } = diagnosis;
  const files = [journal, ...(slice === null ? [] : [slice])];
  const isChainBroken = content !== null && !content.audit.isIntact && journal.state === 'intact';
  const harmed = files.filter((file) => file.state !== 'intact');
  return (
    <>
      <section aria-label={t('recovery.safe')}>
        <h3 className="t14 row good">
          <Icon name="shieldok" />
          {t('recovery.safe')}
        </h3>
        <ul className="finds">
          {safeLines(t, diagnosis).map((line) => (
            <li key={line.key}>
              <b>{line.title}</b>
              <span className="c2">{line.text}</span>
            </li>
          ))}
        </ul>
      </section>
      {harmed.length > 0 || isChainBroken ? (
        <section aria-label={t('recovery.harmed')}>
          <h3 className="t14 row bad">
            <Icon name="warn" />
            {t('recovery.harmed')}
          </h3>
          <ul className="finds">
            {harmed.map((file) => (
              <Harmed key={file.file} file={file} />
            ))}
            {isChainBroken ? (
              <li>
                <b>{t('recovery.state-chain')}</b>
              </li>
            ) : null}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function Harmed({ file }: { readonly file: FileView }) {
  const t = useT();
  const name = fileWord(t, file.file);
  const rest = file.parts.length - SHOWN_PARTS;
  return (
    <li className="col">
      <span className="row">
        <b>{t(`recovery.state-${file.state}` as CatalogueKey, { file: name })}</b>
        <span className="end c2">{file.damagedPages > 0 ? pagesWord(t, file) : null}</span>
      </span>
      {file.state === 'newer' ? <span className="c2">{t('recovery.newer')}</span> : null}
      {file.parts.length === 0 ? null : (
        <div className="places t12 c2">
          {file.parts.slice(0, SHOWN_PARTS).map((part) => (
            <span key={part.page}>{partWords(t, part)}</span>
          ))}
          {rest > 0 ? (
            <span className="c3">{t('recovery.more', { count: isolate(formatCount(rest)) })}</span>
          ) : null}
        </div>
      )}
    </li>
  );
}

function safeLines(t: Translate, { journal, slice, content }: DiagnosisView): readonly Line[] {
  const lines: Line[] = [];
  const number = (value: number) => isolate(formatCount(value));
  if (content !== null) {
    const { audit, outbox } = content;
    const readable = number(outbox.readable);
    lines.push({
      key: 'outbox',
      title: t('recovery.outbox'),
      text: t('recovery.outbox-count', { readable, unsent: number(outbox.unsent) }),
    });
    const count = number(audit.entries);
    lines.push({
      key: 'audit',
      title: t('recovery.audit'),
      text:
        audit.firstFault === null
          ? t('recovery.audit-count', { count })
          : t('recovery.audit-broken', { count, entry: number(audit.firstFault) }),
    });
  }
  if (journal.state === 'intact')
    lines.push({
      key: 'journal',
      title: fileWord(t, 'journal.db'),
      text: pagesWord(t, journal),
    });
  if (slice === null)
    lines.push({
      key: 'slice',
      title: fileWord(t, 'slice.db'),
      text: t('recovery.slice-none'),
    });
  else
    lines.push({
      key: 'slice',
      title: fileWord(t, 'slice.db'),
      text: slice.state === 'intact' ? pagesWord(t, slice) : t('recovery.slice-again'),
    });
  return lines;
}
