import { useState } from 'react';
import { useT } from '../../i18n';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { type BoardLayout, PANELS, type PanelName } from './use-layout';

/** Which panels stand below the first screen, and in what order. */
export function LayoutDialog({
  layout,
  onClose,
}: {
  readonly layout: BoardLayout;
  readonly onClose: () => void;
}) {
  const t = useT();
  const [order, setOrder] = useState<readonly PanelName[]>([
    ...layout.panels,
    ...PANELS.filter((panel) => !layout.panels.includes(panel)),
  ]);
  const [shown, setShown] = useState<readonly PanelName[]>(layout.panels);
  const move = (panel: PanelName) => {
    const at = order.indexOf(panel);
    const next = [...order];
    next.splice(at, 1);
    next.splice(at - 1, 0, panel);
    setOrder(next);
  };
  return (
    <Dialog
      title={t('boards.layout')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={layout.isBusy || shown.length === 0}
            onClick={async () => {
              if (await layout.keep(order.filter((panel) => shown.includes(panel)))) onClose();
            }}
          >
            {t('boards.keep-layout')}
          </Button>
        </>
      }
    >
      <p className="c2">{t('boards.layout-text')}</p>
      <ul className="duelist whole">
        {order.map((panel, index) => (
          <li key={panel}>
            <label className="tick grow el">
              <input
                type="checkbox"
                checked={shown.includes(panel)}
                onChange={({ target }) =>
                  setShown(
                    target.checked ? [...shown, panel] : shown.filter((one) => one !== panel),
                  )
                }
              />
              {t(`boards.${panel}`)}
            </label>
            <Button
              size="s"
              look="quiet"
              icon="up"
              disabled={index === 0}
              aria-label={t('boards.move-up', { panel: t(`boards.${panel}`) })}
              onClick={() => move(panel)}
            />
          </li>
        ))}
      </ul>
      {layout.failure ? <FailureNote failure={layout.failure} /> : null}
    </Dialog>
  );
}
