/** Somebody at a browser without a script, who goes only where a link or a form of the page before him leads. */

const TEXT: Readonly<Record<string, string>> = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };

/** HTML as people read it: what it says, without how. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&(?:amp|quot|#39|lt|gt);/g, entity => TEXT[entity] as string)
    .trim();

const unescaped = (value: string) => value.replaceAll(/&(?:amp|quot|#39|lt|gt);/g, entity => TEXT[entity] as string);

const attribute = (tag: string, name: string): string | undefined => {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? [];
  return value === undefined ? undefined : unescaped(value);
};

/** Where a visitor stands, and how often he has clicked to come there. */
export interface Place {
  readonly address: URL;
  readonly status: number;
  /** What is in `main`. */
  readonly html: string;
  readonly clicks: number;
}

export interface Visitor {
  /** Where he begins: an address that he knows. */
  open(path: string): Promise<Place>;
  /** Follows the link that says just this. Throws where there is none. */
  click(place: Place, says: string): Promise<Place>;
  /** Types into or chooses from the form that has these fields, by what stands beside them, and sends it. */
  submit(place: Place, form: string, filled: Readonly<Record<string, string>>): Promise<Place>;
}

/** A visitor of a site; signed in by the cookie. */
export function visitor(url: string, cookie: string): Visitor {
  async function goTo(address: URL, clicks: number): Promise<Place> {
    const answer = await fetch(address, { headers: { accept: 'text/html', 'accept-encoding': 'identity', cookie } });
    const whole = await answer.text();
    const html = /<main[^>]*>([\s\S]*)<\/main>/.exec(whole)?.[1] ?? '';
    return { address, status: answer.status, html, clicks };
  }
  return {
    open: path => goTo(new URL(path, url), 0),
    async click({ html, address, clicks }, says) {
      const links = [...html.matchAll(/<a\b[^>]*>([\s\S]*?)<\/a>/g)];
      const link = links.find(([, content = '']) => textOf(content) === says);
      if (!link) throw new Error(`no link says ${says}, but ${links.map(([, content = '']) => textOf(content))}`);
      return goTo(new URL(attribute(link[0], 'href') as string, address), clicks + 1);
    },
    async submit({ html, address, clicks }, label, filled) {
      const form = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)]
        .map(([whole]) => whole)
        .find(whole => attribute(whole.slice(0, whole.indexOf('>')), 'aria-label') === label);
      if (form === undefined) throw new Error(`no form is called ${label}`);
      const query = new URLSearchParams();
      for (const [tag] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
        query.set(attribute(tag, 'name') as string, attribute(tag, 'value') ?? '');
      }
      for (const [beside, value] of Object.entries(filled)) {
        const field = [...form.matchAll(/<label>([\s\S]*?)<\/label>/g)].find(([, content = '']) =>
          textOf(content.replace(/<(select)[\s\S]*<\/\1>/, '')).startsWith(beside),
        )?.[1];
        const control = /<(?:input|select)\b[^>]*>/.exec(field ?? '')?.[0];
        if (field === undefined || control === undefined) throw new Error(`no field is called ${beside}`);
        query.set(attribute(control, 'name') as string, chosenIn(field, value));
      }
      return goTo(new URL(`?${query}`, address), clicks + 1);
    },
  };
}

/** What is sent for what a person chooses or types. */
function chosenIn(field: string, said: string): string {
  const options = [...field.matchAll(/<option\b([^>]*)>([\s\S]*?)<\/option>/g)];
  if (options.length === 0) return said;
  const option = options.find(([, , content = '']) => textOf(content) === said);
  if (!option) throw new Error(`${said} is no choice`);
  return attribute(option[1] ?? '', 'value') ?? said;
}
