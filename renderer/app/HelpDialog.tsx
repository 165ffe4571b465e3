import { useState } from 'react';
import { useT } from '../i18n';
import type { CatalogueKey } from '../i18n/catalogue';
import { useDesk } from '../lib/desk-store';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { DictionaryDialog } from './DictionaryDialog';
import { FeedbackDialog } from './FeedbackDialog';

const KEYS: readonly (readonly [string, CatalogueKey])[] = [
  ['/  Ctrl+K', 'help.search'],
  ['↑ ↓', 'help.move'],
  ['Enter', 'help.open'],
  ['Esc', 'help.close'],
  ['Ctrl+E', 'help.export'],
  ['Ctrl+L', 'help.lock'],
  ['F1', 'help.help'],
];

/** The keys, and which program this is. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const [isWriting, setWriting] = useState(false);
  const [isLooking, setLooking] = useState(false);
  const t = useT();
  const runtime = useDesk((store) => store.state?.runtime);
  if (isLooking) return <DictionaryDialog onClose={onClose} />;
  if (isWriting) return <FeedbackDialog onClose={onClose} />;
  return (
    <Dialog
      title={t('help.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={() => setLooking(true)}>{t('dictionary.open')}</Button>
          <Button onClick={() => setWriting(true)}>{t('feedback.open')}</Button>
          <Button look="primary" onClick={onClose}>
            {t('act.close')}
          </Button>
        </>
      }
    >
      <dl className="dl">
        {KEYS.map(([key, word]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="kbd num">{key}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <p className="t12 c3">
        {t('help.version')} <span className="num">{runtime?.version}</span> · Electron{' '}
        <span className="num">{runtime?.electron}</span>
      </p>
    </Dialog>
  );
}
