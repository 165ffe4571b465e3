import { Button } from './Button';
import { Icon } from './Icon';
import { dismissToast, useToasts } from './toast-store';

/** The corner where toasts appear; announced politely. */
export function Toasts({ closeLabel }: { readonly closeLabel: string }) {
  const items = useToasts((store) => store.items);
  return (
    <div className="toasts" role="status">
      {items.map((item) => (
        <div key={item.id} className="pop toast">
          <span className={`row ${item.tone}`}>
            <Icon name={item.tone === 'ok' ? 'ok' : item.tone === 'warn' ? 'warn' : 'bad'} />
          </span>
          <span className="grow">{item.text()}</span>
          {item.action ? (
            <Button look="quiet" size="s" onClick={item.action.run}>
              {item.action.label()}
            </Button>
          ) : null}
          <Button
            look="quiet"
            size="s"
            icon="x"
            aria-label={closeLabel}
            onClick={() => dismissToast(item.id)}
          />
        </div>
      ))}
    </div>
  );
}
