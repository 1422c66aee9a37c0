/**
 * Signals that end with others. `AbortSignal.any` leaves something behind at a signal that lives long, for each that was
 * ever joined to it; these leave nothing once they are forgotten.
 */

export interface Ending {
  readonly ended: AbortSignal;
  /** To be called when whatever it bounds is over, however it went. */
  readonly forget: () => void;
}

/** Ends with the first of several signals, for the same reason; those that are not there never end. */
export function endingWith(...signals: readonly (AbortSignal | undefined)[]): Ending {
  const ending = new AbortController();
  const listening = signals.flatMap(signal => {
    if (!signal) return [];
    const end = () => ending.abort(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    return [() => signal.removeEventListener('abort', end)];
  });
  return {
    ended: ending.signal,
    forget: () => listening.forEach(stop => void stop()),
  };
}

/** Ends with a signal, if there is one, or after so many milliseconds with a `TimeoutError`. */
export function endingWithin(ms: number, signal: AbortSignal | undefined): Ending {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException(`no end within ${ms} ms`, 'TimeoutError')), ms);
  const { ended, forget } = endingWith(signal, late.signal);
  return {
    ended,
    forget() {
      clearTimeout(timer);
      forget();
    },
  };
}
