import type { KeyCheck as Findings } from '../../../../shared/ipc/routes/tokens';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Notice, Skeleton } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';

/** Where the way to a U-Key ends: each driver that was found, each key that is plugged in, and what is wrong with it. */
export function KeyCheck() {
  const t = useT();
  const { data, failure, reload } = useQuery('tokens.diagnose', {});
  return (
    <section className="panel" aria-label={t('keycheck.title')}>
      <header>
        <h2>{t('keycheck.title')}</h2>
        <span className="end">
          <Button size="s" icon="sync" onClick={reload}>
            {t('keycheck.again')}
          </Button>
        </span>
      </header>
      <div className="body col g16">
        {failure ? (
          <FailureNote failure={failure} onRetry={reload} />
        ) : data === null ? (
          <Skeleton label={t('state.loading')} rows={2} />
        ) : (
          <>
            <Drivers drivers={data.drivers} />
            <Ways ways={data.ways} />
            <Tokens tokens={data.tokens} />
          </>
        )}
      </div>
    </section>
  );
}

function Drivers({ drivers }: { readonly drivers: Findings['drivers'] }) {
  const t = useT();
  if (drivers.length === 0) {
    return (
      <Notice tone="warn" icon="warn">
        {t('keycheck.no-driver')}
      </Notice>
    );
  }
  return (
    <ul className="lines">
      {drivers.map(({ name, kind, state }) => (
        <li key={`${kind} ${name}`}>
          <Icon name="layers" size="s" />
          <span>{t('keycheck.driver', { name: isolate(name) })}</span>
          <span className="end">
            <Tag
              look="text"
              tone={state.startsWith('ok') ? 'ok' : 'bad'}
              icon={state.startsWith('ok') ? 'ok' : 'bad'}
            >
              {t(`keycheck.driver-${state}`)}
            </Tag>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Nothing in a reader, or no service for cards, is no fault where keys come with a vendor's driver. */
const CALM: ReadonlySet<string> = new Set(['no-reader', 'no-library', 'no-service', 'empty']);

function Ways({ ways }: { readonly ways: Findings['ways'] }) {
  const t = useT();
  return (
    <ul className="lines">
      {ways.flatMap(({ kind, state, readers }) => [
        <li key={kind}>
          <Icon name="layers" size="s" />
          <span>{t(`keycheck.way-${kind}`)}</span>
          <span className="end">
            <Verdict isGood={state === 'ok'} isCalm={CALM.has(state)}>
              {t(`keycheck.way-${state}`)}
            </Verdict>
          </span>
        </li>,
        ...readers.map((reader, position) => (
          // Readers with two slots come twice by the same name.
          <li key={[kind, reader.name, position].join(' ')}>
            <Icon name="key" size="s" />
            <span>{t('keycheck.reader', { name: isolate(reader.name) })}</span>
            <span className="end">
              <Verdict isGood={reader.state === 'token'} isCalm={CALM.has(reader.state)}>
                {t(`keycheck.reader-${reader.state}`)}
              </Verdict>
            </span>
          </li>
        )),
      ])}
    </ul>
  );
}

interface VerdictProps {
  readonly isGood: boolean;
  readonly isCalm: boolean;
  readonly children: string;
}

function Verdict({ isGood, isCalm, children }: VerdictProps) {
  const tone = isGood ? 'ok' : isCalm ? 'off' : 'bad';
  return (
    <Tag look="text" tone={tone} icon={isGood ? 'ok' : isCalm ? 'info' : 'bad'}>
      {children}
    </Tag>
  );
}

function Tokens({ tokens }: { readonly tokens: Findings['tokens'] }) {
  const t = useT();
  if (tokens.length === 0) return <Notice icon="key">{t('keycheck.no-token')}</Notice>;
  return (
    <ul className="lines">
      {tokens.map(({ label, serialTail, certificates, usable, state }) => (
        <li key={`${label} ${serialTail}`}>
          <Icon name="key" size="s" />
          <span>{t('keycheck.token', { label: isolate(label), tail: isolate(serialTail) })}</span>
          <span className="end">
            <Tag
              look="text"
              tone={state === 'ready' ? 'ok' : 'bad'}
              icon={state === 'ready' ? 'ok' : 'bad'}
            >
              {t(`keycheck.token-${state}`, {
                count: isolate(certificates),
                usable: isolate(usable),
              })}
            </Tag>
          </span>
        </li>
      ))}
    </ul>
  );
}
