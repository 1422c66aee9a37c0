/**
 * Whether a stored event can be read by this program: its texts are JSON, its kind and version are known, its data fits the
 * schema of its kind, and its surroundings have what every reader relies on. Whoever reads events asks this first: one that
 * cannot be read is set aside by name, and decides nothing.
 */
import { z } from 'zod';
import { catalogue } from './catalogue.ts';
import { type Fault, VISIBILITIES } from './envelope.ts';

/**
 * Read from every event, so that the check costs little beside the schema of the data; the rest of the envelope, which a
 * reader looks at in passing, has been checked when the event was recorded.
 */
const surroundingsSchema = z.object({
  commandId: z.string(),
  requestDigest: z.string(),
  actor: z.object({ accountId: z.string(), orgId: z.string(), role: z.string() }),
  basis: z.array(z.unknown()),
  about: z.record(z.string(), z.unknown()),
  phase: z.string(),
  effectiveAt: z.string(),
  recordedAt: z.string(),
  visibility: z.enum(VISIBILITIES),
});

/** Texts of an event as JSON values; throws where they are none. */
export interface Texts {
  data(): unknown;
  meta(): unknown;
}

/** Undefined for an event that can be read. What it says of the content are places and codes, never values. */
export function faultOf(type: string, version: number, { data, meta }: Texts): Fault | undefined {
  const surroundings = parsed(meta);
  if (!surroundings) return { of: 'meta', reason: 'its meta is not JSON' };
  const around = surroundingsSchema.safeParse(surroundings.value);
  if (!around.success) return { of: 'meta', reason: `its meta does not fit: ${placesOf(around.error)}` };
  const kind = catalogue.get(type);
  if (!kind) return { of: 'kind', reason: `no kind of event is called ${type}` };
  if (version < 1 || version > kind.version)
    return { of: 'data', reason: `version ${version} of ${type} is not known` };
  const content = parsed(data);
  if (!content) return { of: 'data', reason: 'its data is not JSON' };
  const fits = kind.schema.safeParse(content.value);
  return fits.success ? undefined : { of: 'data', reason: `its data does not fit ${type}: ${placesOf(fits.error)}` };
}

function parsed(text: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: text() };
  } catch {
    return undefined;
  }
}

const SHOWN = 5;

function placesOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, SHOWN)
    .map(({ path, code }) => `/${path.map(String).join('/')} ${code}`)
    .join(', ');
}
