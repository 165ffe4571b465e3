import { AppError } from '../../../../shared/errors/app-error';
import type { ShownTask } from '../signing/signing-task';
import type { CurrentExport } from './exports-parts';

/** What the signing window shows of an export. Throws CANCELLED for one that has ended. */
export function shownTask(current: CurrentExport): ShownTask {
  const { meta, count, staged, admission, recipient, run, isEnded, board } = current;
  if (isEnded) throw new AppError('CANCELLED');
  const { id, way } = admission.ticket;
  const requester = `${meta.requester.name} ${meta.requester.badge}`;
  return {
    intent: admission.intent,
    person: { name: meta.requester.name, badge: meta.requester.badge },
    extras: {
      ticket: id,
      way,
      count,
      template: admission.template,
      requester,
      recipient: recipient?.shown ?? null,
      board:
        board === null
          ? null
          : {
              root: board.root,
              tables: board.sheet.tables.length,
              certificates: board.facts.certificates,
            },
    },
    files: staged.files,
    digestWords: staged.digestWords,
    signatures: 2,
    review: meta.review === true ? { first: run.signedBy } : null,
    isPractice: meta.practice,
  };
}
