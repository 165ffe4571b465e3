import type { ComponentType } from 'react';
import { useT } from '../../i18n';
import { Freshness } from '../../parts/Freshness';
import { Segmented } from '../../ui/Segmented';
import { GroupTab } from './group/GroupTab';
import { RectificationsTab } from './group/RectificationsTab';
import { FollowUpsTab } from './reports/FollowUpsTab';
import { ReportsTab } from './reports/ReportsTab';
import { ScanTab } from './scan/ScanTab';
import { type FieldTab, useFieldTab } from './tab-store';

const TABS: Readonly<Record<FieldTab, ComponentType>> = {
  scan: ScanTab,
  group: GroupTab,
  due: RectificationsTab,
  reports: ReportsTab,
  follow: FollowUpsTab,
};

/** Checks on site: papers and people held against the record, and what comes of it. */
export function FieldChecksPage() {
  const t = useT();
  const tab = useFieldTab((store) => store.tab);
  const Shown = TABS[tab];
  return (
    <div className="page fieldpage">
      <div className="phead">
        <h1>{t('shell.fieldchecks')}</h1>
        <Segmented
          label={t('group.tabs')}
          value={tab}
          choices={(Object.keys(TABS) as FieldTab[]).map((value) => ({
            value,
            label: t(`group.tab-${value}`),
          }))}
          onChange={(next) => useFieldTab.setState({ tab: next })}
        />
      </div>
      <Freshness />
      <Shown />
    </div>
  );
}
