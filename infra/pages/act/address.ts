/** Where the form of a command stands, filled in as far as the page that leads there knows. */

/** What is known beforehand: text, numbers, yes or no, and lists or groups of these. */
type Values = Readonly<Record<string, unknown>>;

/**
 * The address of a form: `actAddress('RecommendProject', { projectId }, '/projects/2024-1')`. `to` is where whoever has sent it is
 * led; `seen` is the ETag of what he has just read, `"<stream>@<revision>"`: the command is refused if it has changed since.
 */
export function actAddress(command: string, values: Values = {}, to?: string, seen?: string): string {
  const known = new URLSearchParams(formEntries(values).map(([at, value]) => [at, value]));
  if (to !== undefined) known.set('to', to);
  if (seen !== undefined) known.set('_seen', seen);
  const query = known.toString();
  return `/act/${command}${query === '' ? '' : `?${query}`}`;
}

/** Values by the names of the fields that hold them: those of a group or list as `group/field`, `list/0`. */
export function formEntries(value: unknown, at = ''): readonly (readonly [at: string, value: string])[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [[at, String(value)]];
  return Object.entries(value).flatMap(([key, part]) => formEntries(part, at === '' ? key : `${at}/${key}`));
}
