import { useState } from 'react';
import type { Part } from '../../../../shared/ipc/routes/about';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { DiagnosticsDialog } from '../../../parts/DiagnosticsDialog';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Skeleton } from '../../../ui/PageState';

/** What this program is, and whose work is in it. */
export function AboutSection() {
  const t = useT();
  const state = useDesk((store) => store.state);
  const { data, failure, reload } = useQuery('about.parts', {});
  const [shown, setShown] = useState<Part | null>(null);
  const [isDiagnosing, setDiagnosing] = useState(false);
  if (state === null) return null;
  const { runtime, rulePack, place } = state;
  return (
    <>
      <section className="panel">
        <header>
          <h2>{t('about.program')}</h2>
          <span className="end">
            <Button size="s" icon="info" onClick={() => setDiagnosing(true)}>
              {t('about.diagnostics')}
            </Button>
          </span>
        </header>
        <dl className="dl body">
          <dt>{t('about.version')}</dt>
          <dd className="num sel">{runtime.version}</dd>
          <dt>{t('about.runtime')}</dt>
          <dd className="num sel">Electron {runtime.electron}</dd>
          <dt>{t('about.rules')}</dt>
          <dd className="num sel">
            {rulePack.id} {rulePack.version}
          </dd>
          <dt>{t('about.device')}</dt>
          <dd className="num sel">{place.device}</dd>
        </dl>
      </section>
      <section className="panel grow">
        <header>
          <h2>{t('about.parts')}</h2>
          {data === null ? null : (
            <span className="end c3">
              {t('about.count', { count: isolate(formatCount(data.parts.length)) })}
            </span>
          )}
        </header>
        {data === null ? (
          failure ? (
            <FailureState failure={failure} onRetry={reload} />
          ) : (
            <Skeleton label={t('state.loading')} rows={8} />
          )
        ) : (
          <div className="scroll">
            <table className="tbl parts">
              <thead>
                <tr>
                  <th scope="col">{t('about.part')}</th>
                  <th scope="col">{t('about.version')}</th>
                  <th scope="col">{t('about.licence')}</th>
                  <th scope="col">{t('about.text')}</th>
                </tr>
              </thead>
              <tbody>
                {data.parts.map((part) => (
                  <tr key={`${part.name}@${part.version}`}>
                    <td>
                      <bdi>{part.name}</bdi>
                    </td>
                    <td className="num">{part.version}</td>
                    <td>
                      <bdi>{part.licence}</bdi>
                    </td>
                    <td>
                      {part.text === '' ? null : (
                        <Button look="quiet" size="s" onClick={() => setShown(part)}>
                          {t('about.read')}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <footer className="foot t12 c3">{t('about.chromium')}</footer>
      </section>
      {isDiagnosing ? <DiagnosticsDialog onClose={() => setDiagnosing(false)} /> : null}
      {shown === null ? null : (
        <Dialog
          isWide
          title={shown.name}
          onClose={() => setShown(null)}
          actions={<Button onClick={() => setShown(null)}>{t('act.close')}</Button>}
        >
          <pre className="licence" dir="ltr" lang="en">
            {shown.text}
          </pre>
        </Dialog>
      )}
    </>
  );
}
