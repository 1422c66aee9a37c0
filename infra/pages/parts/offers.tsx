/**
 * What can be done now with the thing on a page, and what cannot yet, with the rule that says so. No other part of a page
 * leads to the form of a command: who is shown the way has been asked for by the gate that refuses.
 */
import type { ComponentChildren } from 'preact';
import type { ToldOffer } from '../../http/offers.ts';
import { actAddress } from '../act/address.ts';

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
            <a class="button" href={formOf(offer, to, filledIn[offer.command])}>
              {offer.title}
            </a>
            {offer.dueOn !== undefined && <small>应于 {offer.dueOn}（含）前办理</small>}
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
      <details class="not-yet">
        <summary>暂不能办理</summary>
        <Reasons closed={offers} />
      </details>
    );
  }
  return (
    <p class="tools acts">
      {open.map(offer => (
        <a href={formOf(offer, to, filledIn[offer.command])}>{offer.title}</a>
      ))}
    </p>
  );
}

/** The acts that concern a page or a list: those that can be done in a row, and why the others cannot. */
export function Acts({ offers, to, filledIn = {} }: Parameters<typeof OffersInRow>[0]) {
  const open = offers.filter(({ may }) => may);
  const closed = offers.filter(({ may }) => !may);
  return (
    <>
      {open.length > 0 && <OffersInRow offers={open} to={to} filledIn={filledIn} />}
      {closed.length > 0 && (
        <details class="not-yet">
          <summary>现在还不能办理：{closed.map(({ title }) => title).join('、')}</summary>
          <Reasons closed={closed} />
        </details>
      )}
    </>
  );
}

/** One act in the words of the page that offers it, or why it cannot be done now; nothing where it is not offered. */
export function OfferedAct({
  offer,
  to,
  values = {},
  isButton = false,
  label,
  children,
}: {
  readonly offer: ToldOffer | undefined;
  readonly to: string;
  /** What its form is filled in with besides. */
  readonly values?: ToldOffer['values'];
  readonly isButton?: boolean;
  /** What it is called where the words alone do not tell it from others. */
  readonly label?: string;
  readonly children?: ComponentChildren;
}) {
  if (!offer) return null;
  if (!offer.may) return <OffersInRow offers={[offer]} to={to} />;
  return (
    <a class={isButton ? 'button' : undefined} href={formOf(offer, to, values)} aria-label={label}>
      {children ?? offer.title}
    </a>
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

/** The form of what is offered, filled in with what is known; `to` is where to go after the act. */
function formOf({ command, values }: ToldOffer, to: string, filledIn: ToldOffer['values'] = {}): string {
  return actAddress(command, { ...values, ...filledIn }, to);
}
