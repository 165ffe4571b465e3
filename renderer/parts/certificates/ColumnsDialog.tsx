import { useState } from 'react';
import { useT } from '../../i18n';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { FailureNote } from '../FailureState';
import { COLUMN_IDS, COLUMN_WORDS, doColumnsFit, FIXED_COLUMNS } from './certificate-columns';
import type { ListColumns } from './use-list-columns';

/** Which columns a list shows; kept with the person. */
export function ColumnsDialog({
  columns,
  onClose,
}: {
  readonly columns: ListColumns;
  readonly onClose: () => void;
}) {
  const t = useT();
  const [ids, setIds] = useState(columns.chosen);
  const fits = doColumnsFit(ids);
  const keep = async () => {
    if (await columns.keep(ids)) onClose();
  };
  return (
    <Dialog
      title={t('lists.columns')}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={() => setIds(columns.defaults)}>
            {t('lists.usual')}
          </Button>
          <span className="grow" />
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="primary" disabled={!fits || columns.isBusy} onClick={() => void keep()}>
            {t('lists.apply')}
          </Button>
        </>
      }
    >
      <fieldset className="picks" aria-label={t('lists.columns')}>
        {COLUMN_IDS.map((id) => (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={ids.includes(id)}
              disabled={FIXED_COLUMNS.includes(id)}
              onChange={({ target }) =>
                setIds(
                  COLUMN_IDS.filter((one) => (one === id ? target.checked : ids.includes(one))),
                )
              }
            />
            {t(COLUMN_WORDS[id])}
          </label>
        ))}
      </fieldset>
      <p className={fits ? 't12 c3' : 't12 bad'} role={fits ? undefined : 'alert'}>
        {t(fits ? 'lists.columns-text' : 'lists.columns-many')}
      </p>
      {columns.failure ? <FailureNote failure={columns.failure} /> : null}
    </Dialog>
  );
}
