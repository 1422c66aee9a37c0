/** Where a command stands in the API: always a POST; path parameters are fields of its input. */
import type { AnyCommand } from './command.ts';

export interface CommandRoute {
  /** Below `/api/v1`; `:name` marks a parameter. `:year` and `:version` are numbers. */
  readonly path: `/${string}`;
  readonly command: AnyCommand;
  /** Where that which it makes is read, if neither at its own path nor above it. */
  readonly readAt?: `/${string}`;
}

/** A route of which the address and what it takes are known by type, as clients need them. */
export interface RouteOf<Path extends `/${string}`, C extends AnyCommand> extends CommandRoute {
  readonly path: Path;
  readonly command: C;
}

/** A command at an address; its path parameters are fields of its input. */
export function post<const Path extends `/${string}`, C extends AnyCommand>(
  path: Path,
  command: C,
  readAt?: `/${string}`,
): RouteOf<Path, C> {
  return { path, command, ...(readAt && { readAt }) };
}
