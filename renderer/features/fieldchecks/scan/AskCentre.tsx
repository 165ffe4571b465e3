import { say, useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { showToast } from '../../../ui/toast-store';
import { noteAsked, useScans } from './scan-store';

/** The way on where this device cannot tell: a question that waits for the line. */
export function AskCentre({ ask }: { readonly ask: string }) {
  const t = useT();
  const command = useCommand('scan.ask');
  const isOnline = useDesk((store) => store.sync?.connection === 'online');
  const isAsked = useScans((store) => store.asked.includes(ask));
  return (
    <div className="row wrap">
      <Button
        look="primary"
        icon="server"
        disabled={command.isBusy || isAsked}
        onClick={async () => {
          if ((await command.run({ ask })) === null) return;
          noteAsked(ask);
          showToast({ tone: 'ok', text: () => say('scan.asked-toast') });
        }}
      >
        {t(isAsked ? 'scan.asked' : 'scan.ask')}
      </Button>
      <span className="t12 c3">{t(isOnline ? 'scan.ask-online' : 'scan.ask-offline')}</span>
      {command.failure ? <FailureNote failure={command.failure} /> : null}
    </div>
  );
}
