import type { ProcessLink, StartProcess } from '../clients/process-link';

/** The ingest workers that run. Each holds keys of the session, so none outlives its end, whoever forgot it. */
export class IngestProcesses {
  private readonly running = new Set<ProcessLink>();

  constructor(private readonly startProcess: StartProcess) {}

  readonly start: StartProcess = () => {
    const link = this.startProcess();
    this.running.add(link);
    link.onExit(() => this.running.delete(link));
    return link;
  };

  stopAll(): void {
    for (const link of this.running) link.kill();
  }
}
