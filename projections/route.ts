/** How a query is declared: where it stands in the API, who may ask, and the answer. */
import type { z } from 'zod';
import type { Role } from '../events/envelope.ts';
import { bounded } from '../events/input-bounds.ts';
import type { Caller, Page, Reader } from './ports.ts';
import type { Printable } from './printable.ts';
import type { TableColumn } from './table.ts';

/** A JSON text, a stream of text in another format, a paper to be printed, or nothing to be found. */
export type Answer =
  | { readonly kind: 'json'; readonly text: string; readonly next?: string }
  | {
      readonly kind: 'stream';
      readonly mediaType: string;
      readonly filename: string;
      readonly chunks: AsyncIterable<string>;
    }
  | { readonly kind: 'paper'; readonly paper: Printable }
  | { readonly kind: 'none' };

export interface QueryRoute {
  /** Below `/api/v1`; `:name` marks a path parameter. */
  readonly path: `/${string}`;
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly allow: readonly Role[] | 'public';
  /** Path and query-string parameters together; coerces from text. */
  readonly input: z.ZodObject;
  /** Shape of one answer, or of one item of a page, for the documentation. */
  readonly output: z.ZodType;
  readonly paged: boolean;
  /** Whether each page says how many rows there are on all of them together. */
  readonly counted?: true;
  /** Media types of an answer that is a file. */
  readonly files?: readonly string[];
  /** Columns of its rows, of which there are `items`: with them the whole list can be had as a table. */
  readonly table?: readonly TableColumn<never>[];
  /**
   * Projections with material that the answer rests on and shows none of, by name, and what it shows instead. From every
   * other one that it reads, the record of access is derived (art-26).
   */
  readonly withholds?: Readonly<Record<string, string>>;
  answer(input: never, caller: Caller, reader: Reader): Promise<Answer>;
}

/** A row of a list, whether its shape is declared by the row or by the whole answer. */
type RowOf<Output> = Output extends { readonly items: readonly (infer Row)[] } ? Row : Output;

/** A query of which the address, what it is asked with and what it answers are known by type, as clients need them. */
export interface QueryOf<
  Path extends `/${string}`,
  I extends z.ZodObject,
  O extends z.ZodType,
  Paged extends boolean,
  Files extends readonly string[],
> extends QueryRoute {
  readonly path: Path;
  readonly input: I;
  readonly output: O;
  readonly paged: Paged;
  readonly files?: Files;
}

/** Declares a query: fixes the types, and bounds the dates that it is asked with. */
export function get<
  const Path extends `/${string}`,
  I extends z.ZodObject,
  O extends z.ZodType,
  const Paged extends boolean,
  const Files extends readonly string[] = never,
>(
  definition: Omit<QueryRoute, 'path' | 'input' | 'output' | 'paged' | 'files' | 'table' | 'answer'> & {
    readonly path: Path;
    readonly input: I;
    readonly output: O;
    readonly paged: Paged;
    readonly files?: Files;
    readonly table?: readonly TableColumn<RowOf<z.infer<O>>>[];
    answer(input: z.infer<I>, caller: Caller, reader: Reader): Promise<Answer>;
  },
): QueryOf<Path, I, O, Paged, Files> {
  return { ...definition, input: bounded(definition.input) };
}

/** A page of stored rows, passed through as text. */
export function pageOf(page: Page): Answer {
  return {
    kind: 'json',
    text: `{"items":[${page.rows.join(',')}]${page.next ? `,"next":${JSON.stringify(page.next)}` : ''}}`,
    ...(page.next && { next: page.next }),
  };
}

/** One stored row, passed through as text. */
export function rowOf(text: string | undefined): Answer {
  return text === undefined ? { kind: 'none' } : { kind: 'json', text };
}

/** A value made for this answer. */
export function jsonOf(value: unknown): Answer {
  return { kind: 'json', text: JSON.stringify(value) };
}
