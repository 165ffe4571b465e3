import { useRef, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { ticketCodeSecret } from '../../../shared/protocol/ticket-code';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { PageState } from '../../ui/PageState';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';
import { goingOf, showRun, useDraft, wishOf } from './draft-store';

const GROUPS = [4, 4, 4] as const;
const CHARACTERS = 12;

type Ticket = RouteOutput<'exports.factors'>['tickets'][number];

/** A ticket that lies on this device, opened by its code from the sheet. */
export function CodeFactor({
  tickets,
  count,
  onUsed,
}: {
  readonly tickets: readonly Ticket[];
  readonly count: number;
  readonly onUsed: () => void;
}) {
  const t = useT();
  const draft = useDraft();
  const { purposeClass } = draft;
  const start = useCommand('exports.start');
  const entry = useRef<SecretHandle>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const [length, setLength] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const fits = (one: Ticket) => one.maxRows >= count && one.purposes.includes(purposeClass);
  const ticket = tickets.find(({ id }) => id === picked) ?? tickets.find(fits) ?? null;
  if (tickets.length === 0)
    return (
      <PageState icon="key" title={t('exports.no-tickets')} text={t('exports.no-tickets-text')} />
    );

  const typed = (characters: number) => {
    setLength(characters);
    if (characters < CHARACTERS) {
      setError(null);
      return;
    }
    const bytes = entry.current?.peek() ?? new Uint8Array();
    const read = ticketCodeSecret(bytes);
    bytes.fill(0);
    if (read.ok) read.secret.fill(0);
    setError(read.ok ? null : t('exports.code-typo'));
  };
  const go = async () => {
    if (ticket === null || start.isBusy || length < CHARACTERS || error !== null) return;
    const code = entry.current?.take() ?? new Uint8Array();
    const wish = { ...wishOf(draft), ...goingOf(draft) };
    const answer = await start.run({ ...wish, ticket: ticket.id, code });
    code.fill(0);
    if (answer?.outcome === 'started') {
      showRun(answer);
      return;
    }
    onUsed();
    if (answer?.outcome === 'code-wrong')
      setError(t('exports.code-wrong', { count: isolate(answer.triesLeft) }));
    entry.current?.focus();
  };
  return (
    <div className="factors">
      <fieldset className="tickets">
        <legend className="lb">
          {t('exports.tickets-left', { count: isolate(tickets.length) })}
        </legend>
        {tickets.map((one) => (
          <label key={one.id} className={one.id === ticket?.id ? 'on' : undefined}>
            <input
              type="radio"
              name="ticket"
              checked={one.id === ticket?.id}
              disabled={!fits(one) || start.isBusy}
              onChange={() => setPicked(one.id)}
            />
            <b className="mono">{one.id}</b>
            <span className="c2 t12">
              {t('exports.ticket-rows', { count: isolate(formatCount(one.maxRows)) })}
            </span>
            <span className="end c2 t12">
              {t('exports.ticket-until', { time: isolate(formatTime(one.expiresMs)) })}
            </span>
          </label>
        ))}
      </fieldset>
      <div>
        <Field label={t('exports.code-of', { id: isolate(ticket?.id ?? '–') })} error={error}>
          {(ids) => (
            <SecretEntry
              ref={entry}
              isLarge
              label={t('exports.code-of', { id: ticket?.id ?? '–' })}
              placeholder={t('exports.code-hint')}
              describedBy={ids.describedBy}
              isDisabled={ticket === null || start.isBusy}
              groups={GROUPS}
              onSubmit={() => void go()}
              onLength={typed}
            />
          )}
        </Field>
        {start.failure ? <FailureNote failure={start.failure} /> : null}
        <p className="t12 c3">{t('exports.code-text')}</p>
        <Button
          look="primary"
          size="l"
          icon="seal"
          disabled={ticket === null || start.isBusy || length < CHARACTERS || error !== null}
          onClick={() => void go()}
        >
          {start.isBusy ? t('exports.code-checking') : t('exports.start')}
        </Button>
      </div>
    </div>
  );
}
