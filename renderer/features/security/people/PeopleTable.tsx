import type { PersonRow } from '../../../../shared/ipc/routes/people';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import type { IconName } from '../../../ui/icon-paths';
import { Tag, type TagTone } from '../../../ui/Tag';

interface PeopleTableProps {
  readonly people: readonly PersonRow[];
  readonly canRelease: boolean;
  readonly canRemove: boolean;
  readonly isBusy: boolean;
  readonly onRelease: (person: PersonRow) => void;
  readonly onRemove: (person: PersonRow) => void;
}

const LOOKS: Readonly<Record<PersonRow['state'], readonly [TagTone, IconName]>> = {
  ready: ['ok', 'ok'],
  waiting: ['warn', 'clock'],
  locked: ['bad', 'lock'],
  'no-statement': ['off', 'ban'],
  'other-role': ['warn', 'warn'],
};

/** Everybody with a way in: who, by what, since when, and whether it is open to them now. */
export function PeopleTable(props: PeopleTableProps) {
  const t = useT();
  return (
    <div className="scroll x">
      <table className="tbl people">
        <thead>
          <tr>
            <th scope="col">{t('people.name')}</th>
            <th scope="col">{t('people.badge')}</th>
            <th scope="col">{t('people.role')}</th>
            <th scope="col">{t('people.factors')}</th>
            <th scope="col">{t('people.since')}</th>
            <th scope="col">{t('people.state')}</th>
            <th scope="col">
              <span className="vh">{t('people.acts')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.people.map((person) => (
            <Row key={person.badge} person={person} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  person,
  canRelease,
  canRemove,
  isBusy,
  onRelease,
  onRemove,
}: PeopleTableProps & { readonly person: PersonRow }) {
  const t = useT();
  const [tone, icon] = LOOKS[person.state];
  const canTryAgain = person.state === 'waiting' || person.state === 'locked';
  return (
    <tr>
      <td>
        <b>{person.name}</b>
        {person.isSelf ? <span className="t12 c3"> {t('people.self')}</span> : null}
      </td>
      <td className="num">{person.badge}</td>
      <td>{person.role === null ? '–' : t(`roles.${person.role}`)}</td>
      <td>{person.factors.map((factor) => t(`people.factor-${factor}`)).join(' + ')}</td>
      <td>
        <span className="num">{person.sinceMs === null ? '–' : formatTime(person.sinceMs)}</span>
      </td>
      <td>
        <Tag look="text" tone={tone} icon={icon} title={t(`people.state-${person.state}-text`)}>
          {t(`people.state-${person.state}`)}
        </Tag>
      </td>
      <td className="r">
        {canTryAgain && canRelease ? (
          <Button size="s" icon="undo" disabled={isBusy} onClick={() => onRelease(person)}>
            {t('people.release')}
          </Button>
        ) : null}{' '}
        {canRemove ? (
          <Button
            size="s"
            look="quiet"
            icon="x"
            aria-label={`${t('people.remove')} ${person.name}`}
            onClick={() => onRemove(person)}
          >
            {t('people.remove')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
