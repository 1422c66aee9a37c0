/** The parts of a page that is shown one part at a time; which one stands in its address. */

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly isShown: boolean;
}

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  if (tabs.length < 2) return null;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, label: text, isShown }) => (
        <a href={href} aria-current={isShown ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
