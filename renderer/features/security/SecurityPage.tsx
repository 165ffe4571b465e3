import { useState } from 'react';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { Segmented } from '../../ui/Segmented';
import { SECTIONS, type SectionKey } from './sections';

/** Keys, copies, checks and what becomes of them: one section at a time, as far as the role may see. */
export function SecurityPage() {
  const t = useT();
  const office = useDesk((store) => store.state?.office);
  const role = useDesk((store) => store.state?.session?.role);
  const sections = SECTIONS.filter((one) => role !== undefined && one.roles.includes(role));
  const [chosen, setChosen] = useState<SectionKey | undefined>(sections[0]?.key);
  const section = sections.find((one) => one.key === chosen) ?? sections[0];
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.security')}</h1>
        <span className="t12 c3 el">{office?.name}</span>
      </div>
      {section === undefined ? null : (
        <>
          {sections.length > 1 ? (
            <Segmented
              label={t('security.sections')}
              value={section.key}
              choices={sections.map(({ key }) => ({
                value: key,
                label: t(`security.section-${key}`),
              }))}
              onChange={setChosen}
            />
          ) : null}
          <section.Section />
        </>
      )}
    </div>
  );
}
