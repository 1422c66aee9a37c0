/** Ends things one after another; one that cannot be ended keeps none of the others open. */

/** Throws the first error, once all have been tried. */
export async function closeInTurn(closings: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closings) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Does a task, then what ends it, come what may. Of two errors the first is thrown: the other is a consequence. */
export async function thenEnd<T>(task: () => T | Promise<T>, end: () => unknown): Promise<T> {
  let result: T;
  try {
    result = await task();
  } catch (error) {
    await closeInTurn([end]).catch(() => undefined);
    throw error;
  }
  await end();
  return result;
}
