/** Whether a command that works for long has been told to stop. */

/**
 * Aborted by SIGTERM and SIGINT, and when whoever started this process with a channel to it has gone, however it went. A
 * second signal ends the process at once.
 */
export function toldToStop(): AbortSignal {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  process.once('disconnect', () => told.abort());
  // Listening to it must not keep the process from ending.
  process.channel?.unref();
  return told.signal;
}
