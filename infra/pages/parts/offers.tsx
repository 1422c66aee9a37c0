/** What can be done now with the thing on a page, and what cannot yet, with the rule that says so. */
import type { ToldOffer } from '../../http/offers.ts';

/** What the forms of commands are filled in with besides what names the thing, by the name of the command. */
export type FilledIn = Readonly<Record<string, ToldOffer['values']>>;

/** `to` is where to go after the act: the page itself, as a rule. */
export function Offers({
  offers,
  to,
  heading = '现在可以办理',
  filledIn = {},
}: {
  readonly offers: readonly ToldOffer[];
  readonly to: string;
  readonly heading?: string;
  readonly filledIn?: FilledIn;
}) {
  const open = offers.filter(({ may }) => may);
  const closed = offers.filter(({ may }) => !may);
  if (offers.length === 0) return null;
  return (
    <aside class="offers" aria-label={heading}>
      <h2>{heading}</h2>
      {open.length === 0 && <p class="none">目前没有可以办理的事项。</p>}
      <ul>
        {open.map(offer => (
          <li>
            <a class="button" href={formOf(offer.command, { ...offer.values, ...filledIn[offer.command] }, to)}>
              {offer.title}
            </a>
            {offer.dueOn !== undefined && <small>应于 {offer.dueOn} 前办理</small>}
          </li>
        ))}
      </ul>
      {closed.length > 0 && (
        <details>
          <summary>现在还不能办理（{closed.length}项）</summary>
          <Reasons closed={closed} />
        </details>
      )}
    </aside>
  );
}

/** The same in a row of a table: the acts, or why there are none. */
export function OffersInRow({
  offers,
  to,
  filledIn = {},
}: {
  readonly offers: readonly ToldOffer[];
  readonly to: string;
  readonly filledIn?: FilledIn;
}) {
  const open = offers.filter(({ may }) => may);
  if (offers.length === 0) return null;
  if (open.length === 0) {
    return (
      <details>
        <summary>暂不能办理</summary>
        <Reasons closed={offers} />
      </details>
    );
  }
  return (
    <p class="tools acts">
      {open.map(({ command, title, values }) => (
        <a href={formOf(command, { ...values, ...filledIn[command] }, to)}>{title}</a>
      ))}
    </p>
  );
}

function Reasons({ closed }: { readonly closed: readonly ToldOffer[] }) {
  return (
    <dl>
      {closed.map(({ title, why }) => (
        <div>
          <dt>{title}</dt>
          <dd>
            {why?.zh}
            {why?.basis && <small>依据：{why.basis}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The form of a command, filled in with what is known; `to` is where to go after the act. */
export function formOf(command: string, values: ToldOffer['values'], to: string): string {
  const fields = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return `/act/${command}?${new URLSearchParams([...fields, ['to', to]])}`;
}
