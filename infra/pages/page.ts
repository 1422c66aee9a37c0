/** How a page is declared: its address, who may read it, what it asks, and how the answer looks. */
import type { VNode } from 'preact';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import type { On } from '../../services/offers.ts';
import type { Access } from '../http/endpoint.ts';
import type { ToldOffer } from '../http/offers.ts';

/** What a page may know, and how: the queries and reports of the API, by name, as this reader may ask them. */
export interface Asking {
  /** The answer of a query as the API gives it. Throws a Problem: 403 where the reader may not, 404 where nothing is there. */
  ask<T>(query: string, input?: Readonly<Record<string, unknown>>): Promise<T>;
  /** The same; undefined where nothing is there. */
  askIfThere<T>(query: string, input?: Readonly<Record<string, unknown>>): Promise<T | undefined>;
  /** The same; undefined while the store that answers cannot be reached, for what a page can do without. */
  askIfReached<T>(query: string, input?: Readonly<Record<string, unknown>>): Promise<T | undefined>;
  /** The answer of a supervisor's report. */
  report<T>(number: number, parameters: Readonly<Record<string, unknown>>): Promise<T>;
  /** What the reader can do now with a thing, and why not; nothing for the public. See services/offers.ts. */
  offers(on: On): Promise<readonly ToldOffer[]>;
  /** The same with each of some things, of the commands that are named. */
  offersOnEach(things: readonly On[], named: readonly string[]): Promise<readonly (readonly ToldOffer[])[]>;
  readonly reader: Reading;
}

/** Who reads, and when. */
export interface Reading {
  /** Undefined for the public. */
  readonly actor: Actor | undefined;
  /** RFC 3339 in UTC. */
  readonly now: string;
  /** The address of the page, with every choice in it. */
  readonly here: URL;
}

export interface Shown<I, D> extends Reading {
  readonly input: I;
  readonly data: D;
}

export interface PageDefinition<I extends z.ZodObject, D> {
  /** From the root; `:name` marks a parameter. */
  readonly path: `/${string}`;
  /** Unique among all endpoints. */
  readonly name: string;
  readonly title: string | ((input: z.infer<I>) => string);
  readonly access: Access;
  /** Parameters of path and query string together; coerces from text. */
  readonly input: I;
  /** Shows itself again while it is open, where there is a script, after so many seconds. */
  readonly refreshSeconds?: number;
  /** Of what was loaded: whether the page says that what it was asked for is not there. */
  isMissing?(data: D): boolean;
  load(input: z.infer<I>, asking: Asking): Promise<D>;
  view(shown: Shown<z.infer<I>, D>): VNode;
}

export interface DeclaredPage
  extends Omit<PageDefinition<z.ZodObject, never>, 'title' | 'isMissing' | 'load' | 'view'> {
  readonly title: string | ((input: never) => string);
  isMissing?(data: never): boolean;
  load(input: never, asking: Asking): Promise<unknown>;
  view(shown: Shown<never, never>): VNode;
}

/** Declares a page: fixes the types. */
export function page<I extends z.ZodObject, D>(definition: PageDefinition<I, D>): DeclaredPage {
  return definition as unknown as DeclaredPage;
}

/** Of a page that is asked nothing. */
export const NO_INPUT = z.strictObject({});
