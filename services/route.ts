/** Where a command stands in the API: always a POST; path parameters are fields of its input. */
import type { AnyCommand } from './command.ts';

export interface CommandRoute {
  /** Below `/api/v1`; `:name` marks a parameter. `:year` and `:version` are numbers. */
  readonly path: `/${string}`;
  readonly command: AnyCommand;
}

export function post(path: `/${string}`, command: AnyCommand): CommandRoute {
  return { path, command };
}
