// biome-ignore-all lint/a11y/useSemanticElements: an input element would keep the secret as a string
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { Icon } from './Icon';

const CAPACITY_BYTES = 256;

export interface SecretHandle {
  /** A copy of the typed bytes; the entry is wiped at once. The caller wipes the copy after use. */
  readonly take: () => Uint8Array<ArrayBuffer>;
  /** A copy without wiping, to compare two entries. */
  readonly peek: () => Uint8Array<ArrayBuffer>;
  readonly clear: () => void;
  readonly focus: () => void;
}

interface SecretEntryProps {
  readonly label: string;
  readonly placeholder: string;
  readonly ref?: Ref<SecretHandle>;
  readonly describedBy?: string | undefined;
  readonly isLarge?: boolean;
  readonly isDisabled?: boolean;
  readonly onSubmit?: () => void;
  readonly onLength?: (characters: number) => void;
  /** Lengths of a code's groups: shown as places to fill; blanks and hyphens between them are not taken. */
  readonly groups?: readonly number[];
}

/**
 * Collects a password or PIN key by key into bytes. It is no input element: no string of the secret
 * ever exists in the page, nothing is pasted in, nothing can be read back.
 */
export function SecretEntry({
  label,
  placeholder,
  ref,
  describedBy,
  isLarge = false,
  isDisabled = false,
  onSubmit,
  onLength,
  groups,
}: SecretEntryProps) {
  const box = useRef<HTMLDivElement>(null);
  const bytes = useRef(new Uint8Array(CAPACITY_BYTES));
  /** Byte length after each character, so that the last one can be taken back whole. */
  const ends = useRef<number[]>([]);
  const [count, setCount] = useState(0);

  const note = () => {
    setCount(ends.current.length);
    onLength?.(ends.current.length);
  };
  const clear = () => {
    bytes.current.fill(0);
    ends.current = [];
    note();
  };
  const peek = () => bytes.current.slice(0, ends.current.at(-1) ?? 0);

  useImperativeHandle(ref, () => ({
    peek,
    take: () => {
      const copy = peek();
      clear();
      return copy;
    },
    clear,
    focus: () => box.current?.focus(),
  }));
  useEffect(() => {
    const held = bytes.current;
    return () => {
      held.fill(0);
    };
  }, []);

  const places = groups?.reduce((sum, length) => sum + length, 0);
  const type = (character: string) => {
    if (places !== undefined && (/[\s-]/.test(character) || ends.current.length >= places)) return;
    const added = new TextEncoder().encode(character);
    const start = ends.current.at(-1) ?? 0;
    if (start + added.length > CAPACITY_BYTES) return;
    bytes.current.set(added, start);
    ends.current.push(start + added.length);
    note();
  };
  const takeBack = () => {
    const end = ends.current.pop();
    if (end === undefined) return;
    bytes.current.fill(0, ends.current.at(-1) ?? 0, end);
    note();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isDisabled) return;
    const isCommand = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph');
    if (event.key === 'Enter') onSubmit?.();
    else if (event.key === 'Backspace') takeBack();
    else if (event.key === 'Delete') clear();
    else if (!isCommand && [...event.key].length === 1) type(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={box}
      className={`secret${isLarge ? ' l' : ''}`}
      role="textbox"
      tabIndex={isDisabled ? -1 : 0}
      aria-label={label}
      aria-describedby={describedBy}
      aria-disabled={isDisabled || undefined}
      aria-placeholder={placeholder}
      onKeyDown={onKeyDown}
    >
      <Icon name="lock" />
      {groups === undefined ? null : <Groups groups={groups} filled={count} />}
      <span className="dots" aria-hidden="true" hidden={groups !== undefined}>
        {Array.from({ length: Math.min(count, 24) }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: identical dots
          <i key={index} />
        ))}
        <span className="caret" />
        {count === 0 ? <span className="ph">{placeholder}</span> : null}
      </span>
    </div>
  );
}

/** A code's places by group, the typed ones filled; reads from left to right in every language. */
function Groups({
  groups,
  filled,
}: {
  readonly groups: readonly number[];
  readonly filled: number;
}) {
  let place = 0;
  return (
    <span className="groups" dir="ltr" aria-hidden="true">
      {groups.map((length, group) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups never change their order
        <span key={group}>
          {Array.from({ length }, () => {
            const at = place++;
            const look = at < filled ? 'on' : at === filled ? 'next' : undefined;
            return <i key={at} className={look} />;
          })}
        </span>
      ))}
    </span>
  );
}
