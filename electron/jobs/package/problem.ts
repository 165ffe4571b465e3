/** The export could not be made or did not verify; nothing was left behind. */
export class ExportProblem extends Error {
  override readonly name = 'ExportProblem';
  readonly kind: 'empty' | 'self-check' | 'target' | 'order';

  constructor(kind: ExportProblem['kind'], detail: string) {
    super(detail);
    this.kind = kind;
  }
}
