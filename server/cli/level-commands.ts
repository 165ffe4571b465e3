import { EMERGENCY_LEVELS } from '../../shared/domain/emergency/levels';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

/** `level`: shows, sets or practises the emergency level of an office. */
export function level(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.need('office');
  const text = args.text('level');
  return withCentral(args, terminal, async (central) => {
    if (text !== undefined) {
      const wanted = EMERGENCY_LEVELS.find((one) => String(one) === text);
      if (wanted === undefined) throw new UsageError('--level is 0 to 4');
      const endpoints = args.all('endpoint');
      const isDrill = args.has('drill');
      const told = await central.levels.set(office, {
        ...{ level: wanted, reason: args.need('reason'), isDrill },
        ...(endpoints.length === 0 ? {} : { endpoints }),
      });
      const what = isDrill ? `a drill of level ${wanted}` : `level ${wanted}`;
      terminal.out(
        told === 0
          ? `${what}: no device to order it from now; those that come later are told`
          : `${what} is ordered from ${told} devices; it comes with their next contact or stick`,
      );
      return;
    }
    const levels = await central.levels.list(office);
    if (args.has('json')) {
      terminal.out(JSON.stringify(levels));
      return;
    }
    if (levels.length === 0) terminal.out('no emergency level was ever set');
    for (const one of levels)
      terminal.out(
        `${one.number}  ${new Date(one.setMs).toISOString().slice(0, 16).replace('T', ' ')}  level ${one.level}  done ${one.done}, open ${one.open}  ${one.reason}`,
      );
  });
}
