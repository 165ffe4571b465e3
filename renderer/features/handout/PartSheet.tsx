import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { formatTime } from '../../lib/format';

/** One part as its keeper takes it along: all that is printed. */
export function PartSheet({ shown }: { readonly shown: RouteOutput<'handout.shown'> }) {
  const t = useT();
  const letter = shown.part.toUpperCase();
  return (
    <section className="part-sheet" aria-label={t(`handout.part-${shown.part}`)}>
      <div className="row">
        <span className="part-letter" aria-hidden="true">
          {letter}
        </span>
        <div>
          <h1 className="t20">{t(`handout.part-${shown.part}`)}</h1>
          <p className="c2">
            {shown.office} · {t('handout.made')}{' '}
            <span className="num">{formatTime(shown.madeMs)}</span>
          </p>
        </div>
        {shown.isPractice ? <b className="end">{t('shell.practice')}</b> : null}
      </div>
      <ol className="part-groups sel" dir="ltr">
        {shown.groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <li key={index}>
            <span aria-hidden="true">{index + 1}</span>
            <b className="mono">{group}</b>
          </li>
        ))}
      </ol>
      <p>{t(`handout.keep-${shown.part}`)}</p>
    </section>
  );
}
