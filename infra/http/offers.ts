/** What the caller can do now with a thing, and why not: the gates of the commands, asked without sending one. */
import { z } from 'zod';
import { basisLabel } from '../../events/basis-label.ts';
import { dateSchema } from '../../events/time.ts';
import { fieldsNaming, namesAThing, type Offer, type OffersOn } from '../../services/offers.ts';
import type { CommandRoute } from '../../services/route.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import type { Places } from './places.ts';
import { invalid, type Problem } from './problem.ts';
import { callerOf, sendJson } from './request-context.ts';

/** An offer as the API tells it. */
export interface ToldOffer extends Omit<Offer, 'why'> {
  readonly why?: {
    readonly code: string;
    readonly zh: string;
    readonly en: string;
    /** The rule that refuses, as people cite it; absent for rules of form. */
    readonly basis?: string;
  };
}

const offerSchema = z.object({
  command: z.string().meta({ description: 'Name of the command' }),
  title: z.string(),
  values: z.record(z.string(), z.unknown()).meta({ description: 'What of its input the thing gives' }),
  may: z.boolean().meta({ description: 'Whether nothing stands in the way, whatever is typed in' }),
  why: z
    .object({ code: z.string(), zh: z.string(), en: z.string(), basis: z.string().optional() })
    .optional()
    .meta({ description: 'The refusal that the command would get' }),
  dueOn: dateSchema.optional().meta({ description: 'The day by which it is to be done, where one is set' }),
});

/** Offers on things as somebody is told them. */
export async function toldOffers(
  offersOn: OffersOn,
  ...asked: Parameters<OffersOn>
): Promise<readonly (readonly ToldOffer[])[]> {
  const offers = await offersOn(...asked);
  return offers.map(each => each.map(({ why, ...offer }) => (why ? { ...offer, why: toldReason(why) } : offer)));
}

function toldReason({ rule, ...why }: NonNullable<Offer['why']>): NonNullable<ToldOffer['why']> {
  return rule ? { ...why, basis: basisLabel(rule) } : why;
}

/** The GET of offers. Its parameters together name one thing. */
export function offersEndpoint(offersOn: OffersOn, routes: readonly CommandRoute[], places: Places): Endpoint {
  const input = namesOfThings(routes);
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/offers`,
    name: 'ListOffers',
    title: '当前可办事项',
    summary:
      'The commands that the caller’s role may send on a thing: what can be done now, and why the rest cannot. ' +
      'What is about to be refused is refused by the same rule; what is done already, or hidden from the caller, is left out.',
    access: 'signed-in',
    operation: {
      requestParams: { query: input },
      responses: {
        200: {
          description: '可办事项 (Offers)',
          content: { 'application/json': { schema: z.object({ items: z.array(offerSchema) }) } },
        },
      },
    },
    async handle(context) {
      const on = parseInput(input, queryOf(context.req.url, Object.keys(input.shape)), context.req);
      if (!namesAThing(routes, on)) throw noSuchThing();
      const { actor } = callerOf(context);
      const [items] = await places.hold('offer', context, () => toldOffers(offersOn, [on], actor));
      sendJson(context, 200, JSON.stringify({ items }), ['Cache-Control', 'no-store']);
    },
  };
}

/** Each parameter names something; together they name nothing that a command is about. */
function noSuchThing(): Problem {
  return invalid('no-such-thing', '', '所给参数不能共同指明一个事项', 'The parameters together name no one thing');
}

/** All that names what commands are about, each field as its command has it, given as text. */
function namesOfThings(routes: readonly CommandRoute[]): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  for (const route of routes) {
    for (const name of fieldsNaming(route))
      shape[name] ??= fromText(route.command.input.shape[name] as z.ZodType).optional();
  }
  return z.strictObject(shape);
}

function fromText(schema: z.ZodType): z.ZodType {
  const { type, minimum, maximum } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (type !== 'integer' && type !== 'number') return schema;
  const read = z.coerce.number().pipe(schema as z.ZodType<number, number>);
  return read.meta({
    override: { type, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) },
  });
}
