import { Component, type ErrorInfo, type ReactNode } from 'react';
import { invoke } from '../lib/desk';

interface Props {
  /** Draws what is shown instead; `ref` is empty until main has logged the fault. */
  readonly fallback: (reference: string, retry: () => void) => ReactNode;
  readonly children: ReactNode;
}
interface State {
  readonly hasFailed: boolean;
  readonly reference: string;
}

const MESSAGE_LIMIT = 500;
const WHERE_LIMIT = 200;

/** Keeps a defect in one page from taking the desk down; main logs it and answers with a reference. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { hasFailed: false, reference: '' };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    const where = (info.componentStack ?? '').trim().slice(0, WHERE_LIMIT);
    void invoke('app.report-fault', {
      message: `${error.name}: ${error.message}`.slice(0, MESSAGE_LIMIT),
      where,
    }).then((answer) => {
      if (answer.ok) this.setState({ reference: answer.data.ref });
    });
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return this.props.fallback(this.state.reference, () =>
      this.setState({ hasFailed: false, reference: '' }),
    );
  }
}
