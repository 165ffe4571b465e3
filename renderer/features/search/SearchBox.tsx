import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import type { Suggestion } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { useNavigation } from '../../lib/navigation';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Suggestions } from './Suggestions';
import { useSearch } from './search-store';
import { useSuggestions } from './use-suggestions';

interface SearchBoxProps {
  readonly onAsk: (text: string) => void;
  readonly onPick: (suggestion: Suggestion) => void;
  /** Moves into the results; false where there are none. */
  readonly onDown: () => boolean;
}

const MAX_LENGTH = 64;

/** As much of a text as one question may hold, no character cut in half. */
function withinLength(text: string): string {
  const cut = text.slice(0, MAX_LENGTH);
  return text.length > MAX_LENGTH && /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The one box. Typing suggests, arrows move, Enter asks or opens, Esc closes. */
export function SearchBox({ onAsk, onPick, onDown }: SearchBoxProps) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const typed = useSearch((store) => store.typed);
  const focusRound = useNavigation((store) => store.focusRound);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [isClipped, setClipped] = useState(false);
  const found = useSuggestions(typed, isOpen);
  const items = found?.items ?? [];
  const isShown = isOpen && items.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each request to focus counts
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [focusRound]);

  const latestPick = useRef(onPick);
  latestPick.current = onPick;
  const pick = useCallback((suggestion: Suggestion) => {
    setOpen(false);
    latestPick.current(suggestion);
  }, []);
  const commit = () => {
    setOpen(false);
    const chosen = isShown ? items[active] : undefined;
    if (chosen) onPick(chosen);
    else onAsk(typed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && !isShown && onDown()) setOpen(false);
    else if (event.key === 'ArrowDown' && isShown) setActive((active + 1) % items.length);
    else if (event.key === 'ArrowUp' && isShown)
      setActive((active <= 0 ? items.length : active) - 1);
    else if (event.key === 'Enter') commit();
    else if (event.key === 'Escape' && isShown) setOpen(false);
    // The key that leads here, pressed by somebody who is here already.
    else if (event.key === '/' && typed === '') setOpen(false);
    else if (event.key === 'Escape' && typed !== '') useSearch.setState({ typed: '' });
    else return;
    event.preventDefault();
  };
  return (
    <search
      className="qwrap"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <div className="qbox">
        <Icon name="search" size="l" />
        <input
          ref={input}
          className="q"
          type="text"
          role="combobox"
          aria-label={t('search.box')}
          aria-expanded={isShown}
          aria-controls={isShown ? `${id}-list` : undefined}
          aria-autocomplete="list"
          aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            const { value } = event.target;
            const kept = withinLength(value);
            setClipped(kept !== value);
            useSearch.setState({ typed: kept });
            setOpen(true);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd className="kbd">/</kbd>
        <Button look="primary" onClick={commit}>
          {t('search.go')}
        </Button>
      </div>
      {isClipped ? (
        <p className="clip t12" role="alert">
          {t('lists.clipped')}
        </p>
      ) : null}
      {isShown && found ? (
        <Suggestions id={id} found={found} active={active} onPick={pick} />
      ) : null}
    </search>
  );
}
