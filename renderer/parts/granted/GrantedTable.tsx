import { useState } from 'react';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { kindText } from '../../lib/kind-words';
import { categoryNames, regionName, useTables } from '../../lib/tables';
import { StatusTag } from '../StatusTag';
import { useIsOld } from './GrantAge';
import { GrantedRecord } from './GrantedRecord';

interface GrantedTableProps {
  readonly request: string;
  readonly items: readonly CertificateItem[];
  /** Names the table among others of the page. */
  readonly label: string;
}

/** Rows of a grant. They open in a dialog of their own, never as a record of the office. */
export function GrantedTable({ request, items, label }: GrantedTableProps) {
  const t = useT();
  const tables = useTables();
  const isOld = useIsOld(request);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="scroll x grow" tabIndex={0} aria-label={label}>
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{t('crossregion.name')}</th>
              <th scope="col">{t('crossregion.number')}</th>
              <th scope="col">{t('crossregion.kind')}</th>
              <th scope="col">{t('crossregion.company')}</th>
              <th scope="col">{t('crossregion.region')}</th>
              <th scope="col">{t('crossregion.status')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <Row
                key={item.id}
                item={item}
                isOld={isOld}
                region={regionName(tables, item.region)}
                category={categoryNames(tables, item.category)?.[1] ?? null}
                onOpen={() => setOpen(item.id)}
              />
            ))}
          </tbody>
        </table>
      </section>
      {open === null ? null : (
        <GrantedRecord request={request} id={open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

function Row({
  item,
  isOld,
  region,
  category,
  onOpen,
}: {
  readonly item: CertificateItem;
  readonly isOld: boolean;
  readonly region: string;
  readonly category: string | null;
  readonly onOpen: () => void;
}) {
  const t = useT();
  return (
    <tr>
      <td>
        <button type="button" className="link" onClick={onOpen}>
          <bdi>{item.name}</bdi>
        </button>{' '}
        <bdi className="num c3">{item.maskedId}</bdi>
      </td>
      <td className="num">
        <bdi>{item.number}</bdi>
      </td>
      <td>
        {kindText(t, item.kind)}
        {category === null ? null : <span className="c3"> · {category}</span>}
      </td>
      <td>
        <bdi>{item.company ?? '–'}</bdi>
      </td>
      <td>
        <bdi>{region}</bdi>
      </td>
      <td>
        <StatusTag status={item.validity.status} kind={item.kind} isOld={isOld} />
      </td>
    </tr>
  );
}
