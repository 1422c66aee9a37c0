/** The API as types: derived from the tables of routes and their schemas, so that there is nothing to generate or to keep in step. */
import type { z } from 'zod';
import type { printableSchema } from '../../projections/printable.ts';
import type { KnownQueryRoute } from '../../projections/routes.ts';
import type { KnownCommandRoute } from '../../services/routes.ts';
import type { KnownQuestionRoute } from '../http/server.ts';

/** An address as the documentation of the API writes it: `{name}` is a parameter. */
type Documented<Path extends string> = Path extends `${infer Before}:${infer Name}/${infer After}`
  ? `${Before}{${Name}}/${Documented<After>}`
  : Path extends `${infer Before}:${infer Name}`
    ? `${Before}{${Name}}`
    : Path;

/** What is read from the text of an address may be given as what it is read to: a number, without its brand. */
type Given<Input, Read> = unknown extends Input ? (Read extends number ? number : Read) : Input;
type Asked<Schema extends z.ZodType> = {
  [Field in keyof z.input<Schema>]: Given<z.input<Schema>[Field], z.output<Schema>[Field & keyof z.output<Schema>]>;
};

type Commands = { [Route in KnownCommandRoute as Documented<Route['path']>]: z.input<Route['command']['input']> };

/** Every address that takes a command, below `/api/v1`. */
export type CommandPath = keyof Commands;
/** What a command takes: the parameters of its address and the members of its body together. */
export type CommandInput<Path extends CommandPath> = Commands[Path];

/** What is asked of read models, and of the log, the ledger and the service itself. */
type KnownRoute = KnownQueryRoute | (KnownQuestionRoute & { readonly paged: false; readonly files?: undefined });

type IsFile<Route extends KnownRoute> = Route['output'] extends typeof printableSchema
  ? true
  : [NonNullable<Route['files']>] extends [never]
    ? false
    : true;
type Queries = {
  [Route in KnownRoute as IsFile<Route> extends true ? never : Documented<Route['path']>]: {
    readonly input: Asked<Route['input']>;
    readonly row: z.output<Route['output']>;
    readonly paged: Route['paged'];
  };
};

/** Every address that answers a question in JSON, below `/api/v1`. */
export type QueryPath = keyof Queries;
/** What is asked: the parameters of the address and of the query string together. */
export type QueryInput<Path extends QueryPath> = Queries[Path]['input'];

/** One page of a list; `next` is the cursor of the page after it, `total` stands where the list is counted. */
export interface ListPage<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
  readonly total?: number;
}

/** What is answered. */
export type QueryAnswer<Path extends QueryPath> = Queries[Path]['paged'] extends true
  ? ListPage<Queries[Path]['row']>
  : Queries[Path]['row'];

/** The addresses of lists that come page by page. */
export type ListPath = { [Path in QueryPath]: Queries[Path]['paged'] extends true ? Path : never }[QueryPath];
/** One row of such a list. */
export type ListRow<Path extends ListPath> = Queries[Path]['row'];
