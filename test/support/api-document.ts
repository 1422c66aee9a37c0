/** The document of the API as it reads once what it refers to stands in its place: parameters and answers, not schemas. */

type Node = Readonly<Record<string, unknown>>;

/** A document in which no parameter and no answer is referred to. */
export function withoutReferences<D extends { readonly components?: unknown }>(document: D): D {
  const components = document.components as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const inPlace = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inPlace);
    if (typeof node !== 'object' || node === null) return node;
    const [, kind = '', name = ''] =
      /^#\/components\/(parameters|responses)\/(.+)$/.exec(String((node as Node).$ref)) ?? [];
    if (name !== '') return inPlace(components[kind]?.[name]);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inPlace(value)]));
  };
  return inPlace(document) as D;
}
