import { StoreUnavailable } from './ports.ts';

/**
 * Runs the commands of one stream one after another: in one process a conflict would only cost a second decision. Who
 * waits behind one that found its store gone fails with it: waiting for the store in turn, the last would wait for hours.
 */
export function turns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = last.get(key);
    const run = before ? before.then(task, error => failOrRun(error, task)) : task();
    last.set(key, run);
    const leave = () => {
      if (last.get(key) === run) last.delete(key);
    };
    run.then(leave, leave);
    return run;
  };
}

function failOrRun<T>(error: unknown, task: () => Promise<T>): Promise<T> {
  return error instanceof StoreUnavailable ? Promise.reject(error) : task();
}
