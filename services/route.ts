/** Where a command stands in the API: always a POST; path parameters are fields of its input. */
import type { AnyCommand } from './command.ts';

export interface CommandRoute {
  /** Below `/api/v1`; `:name` marks a parameter. `:year` and `:version` are numbers. */
  readonly path: `/${string}`;
  readonly command: AnyCommand;
  /** Where that which it makes is read, if neither at its own path nor above it. */
  readonly readAt?: `/${string}`;
}

/** A command at an address; its path parameters are fields of its input. */
export function post(path: `/${string}`, command: AnyCommand, readAt?: `/${string}`): CommandRoute {
  return { path, command, ...(readAt && { readAt }) };
}
