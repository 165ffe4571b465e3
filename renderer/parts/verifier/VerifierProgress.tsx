import { useEffect, useState } from 'react';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Progress } from '../../ui/Progress';

const MB = 1 << 20;

/** How far the look at a file is, and the way to end it. */
export function VerifierProgress() {
  const t = useT();
  const stop = useCommand('exports.stop-verifying');
  const [{ done, total }, setProgress] = useState({ done: 0, total: 0 });
  useEffect(() => on('exports.verifying', setProgress), []);
  const inMb = (bytes: number) => Math.ceil(bytes / MB);
  return (
    <Progress
      icon="shieldok"
      title={t('verify.running')}
      done={done}
      total={total}
      detail={total === 0 ? '' : isolate(`${inMb(done)} / ${inMb(total)} MB`)}
      remaining=""
      action={
        <Button size="s" disabled={stop.isBusy} onClick={() => void stop.run({})}>
          {t('act.cancel')}
        </Button>
      }
    />
  );
}
