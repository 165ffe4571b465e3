import type { BundlePreview } from '../../../shared/ipc/routes/bundle';
import { useT } from '../../i18n';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatTime,
  isolate,
  isolateText,
} from '../../lib/format';
import { Notice } from '../../ui/PageState';
import { OtherRegions } from './OtherRegions';

/** What a checked bundle would bring, and what is here. */
export function PreviewTable({ preview }: { readonly preview: BundlePreview }) {
  const t = useT();
  const { fit, counts, directives } = preview;
  const facts: readonly (readonly [string, string])[] = [
    [t('bundle.issued'), formatTime(preview.issuedMs)],
    [t('bundle.have'), preview.haveMs === null ? t('bundle.none') : formatTime(preview.haveMs)],
    [
      t('bundle.range'),
      t('bundle.range-text', {
        from: isolate(formatCount(preview.from)),
        to: isolate(formatCount(preview.to)),
      }),
    ],
    [
      t('bundle.size'),
      t('bundle.size-text', {
        bytes: isolate(formatBytes(preview.bytes)),
        volumes: isolate(preview.volumes),
      }),
    ],
    ...(preview.leaseUntilMs === null
      ? []
      : [[t('bundle.lease'), formatTime(preview.leaseUntilMs)] as const]),
    ...(preview.verdicts === 0
      ? []
      : [
          [
            t('bundle.verdicts'),
            t('bundle.verdicts-text', { count: isolate(formatCount(preview.verdicts)) }),
          ] as const,
        ]),
    ...(preview.pictures === 0
      ? []
      : [
          [
            t('bundle.pictures'),
            t('bundle.pictures-text', {
              count: isolate(formatCount(preview.pictures)),
              bytes: isolate(formatBytes(preview.pictureBytes)),
            }),
          ] as const,
        ]),
    ...(preview.nationalDay === null
      ? []
      : [
          [
            t('bundle.national'),
            t('bundle.national-text', { day: isolate(formatDay(preview.nationalDay)) }),
          ] as const,
        ]),
  ];
  const { otherRegions } = preview;
  const isBeyond =
    otherRegions !== null &&
    !otherRegions.isOlder &&
    (otherRegions.ended > 0 || otherRegions.grants.some(({ isOwn, isHere }) => isOwn && !isHere));
  const isHere = fit === 'applied' && preview.nationalDay === null && !isBeyond;
  const ofApplied = isBeyond ? 'bundle.fit-beyond' : 'bundle.fit-national';
  const tiles: readonly (readonly [string, number, string])[] = [
    ...(fit === 'first' || fit === 'mends' ? [[t('bundle.rows'), preview.rows, ''] as const] : []),
    [t('bundle.added'), counts.added, ''],
    [t('bundle.changed'), counts.changed, ''],
    [t('bundle.left'), counts.left, ''],
    [t('bundle.revoked'), counts.revoked, counts.revoked > 0 ? 'bad' : ''],
  ];
  return (
    <div className="bundleview">
      <Notice tone={isHere ? 'info' : 'ok'} icon={isHere ? 'info' : 'shieldok'}>
        <b>{t(fit === 'applied' && !isHere ? ofApplied : `bundle.fit-${fit}`)}</b>
        <br />
        {t('bundle.sound')}
      </Notice>
      {directives.length > 0 ? (
        <Notice tone="warn" icon="warn">
          <b>{t('bundle.directives')}</b>
          <ul>
            {directives.map(({ kind, reason, issuedMs }) => (
              <li key={`${kind}${issuedMs}`}>
                {t(`bundle.directive-${kind}`, { reason: isolateText(reason) })}
              </li>
            ))}
          </ul>
          {t('bundle.directives-text')}
        </Notice>
      ) : null}
      {otherRegions === null ? null : <OtherRegions of={otherRegions} />}
      <dl className="bundletiles">
        {tiles.map(([name, count, tone]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={`num ${tone}`}>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      <dl className="bundlefacts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
