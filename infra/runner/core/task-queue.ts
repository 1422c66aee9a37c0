/** Runs tasks one after another. */
export interface TaskQueue {
  run<T>(task: () => Promise<T>): Promise<T>;
  idle(): Promise<unknown>;
}

/** A queue whose tasks run in the order of their calls; one that fails does not stop those behind it. */
export function taskQueue(): TaskQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run<T>(task: () => Promise<T>): Promise<T> {
      const run = last.then(task);
      last = run.catch(() => undefined);
      return run;
    },
    idle: () => last,
  };
}
