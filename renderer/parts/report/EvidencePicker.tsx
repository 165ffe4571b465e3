import { useEffect, useRef, useState } from 'react';
import type { ChosenEvidence } from '../../../shared/ipc/routes/evidence';
import { useT } from '../../i18n';
import { invoke } from '../../lib/desk';
import { formatBytes, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Picture } from '../../ui/Picture';
import { FailureNote } from '../FailureState';

const MOST = 10;

/** Photographs and documents that go with a report: chosen in main's dialog, looked at here, dropped with the dialog. */
export function EvidencePicker({
  onChange,
}: {
  readonly onChange: (handles: readonly string[]) => void;
}) {
  const t = useT();
  const choose = useCommand('evidence.choose');
  const [files, setFiles] = useState<readonly ChosenEvidence[]>([]);
  const held = useRef(files);
  held.current = files;
  // What was told with a command is gone already: dropping it again does nothing.
  useEffect(
    () => () => {
      for (const { handle } of held.current) void invoke('evidence.drop', { handle });
    },
    [],
  );
  const set = (next: readonly ChosenEvidence[]) => {
    setFiles(next);
    onChange(next.map(({ handle }) => handle));
  };
  return (
    <div className="field">
      <div className="lb">
        <span>{t('report.evidence')}</span>
      </div>
      <ul className="evidence">
        {files.map(({ handle, mime, bytes }) => (
          <li key={handle}>
            {mime === 'pdf' ? (
              <Icon name="file" size="l" />
            ) : (
              <Picture
                bytes={bytes}
                mime={mime}
                label={t('report.evidence')}
                maxWidth={144}
                onFail={() => undefined}
              />
            )}
            <span className="t12 c3">{isolate(formatBytes(bytes.length))}</span>
            <Button
              size="s"
              look="quiet"
              icon="x"
              aria-label={t('report.drop')}
              onClick={() => {
                void invoke('evidence.drop', { handle });
                set(files.filter((one) => one.handle !== handle));
              }}
            />
          </li>
        ))}
        <li>
          <Button
            icon="file"
            disabled={choose.isBusy || files.length >= MOST}
            onClick={async () => {
              const answer = await choose.run({});
              if (answer !== null && answer.chosen !== null) set([...files, answer.chosen]);
            }}
          >
            {t('report.choose')}
          </Button>
        </li>
      </ul>
      {choose.failure ? <FailureNote failure={choose.failure} /> : null}
    </div>
  );
}
