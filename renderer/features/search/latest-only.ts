/**
 * Makes of a slow act one that may be asked for at any rate: one runs at a time, and of what was asked meanwhile only the
 * last is done afterwards. `act` must not reject.
 */
export function latestOnly<T>(act: (input: T) => Promise<void>): (input: T) => void {
  let isRunning = false;
  let next: { readonly input: T } | null = null;
  const run = async (first: T) => {
    isRunning = true;
    let present: { readonly input: T } | null = { input: first };
    while (present !== null) {
      await act(present.input);
      present = next;
      next = null;
    }
    isRunning = false;
  };
  return (input) => {
    if (isRunning) next = { input };
    else void run(input);
  };
}
