/** 看板: the dashboards of each year. */
import { NO_INPUT, page } from '../page.ts';
import { DASHBOARD_READERS, kindsFor } from './parts.tsx';

export const dashboardsPage = page({
  path: '/dashboards',
  name: 'ShowDashboards',
  title: '看板',
  access: DASHBOARD_READERS,
  input: NO_INPUT,
  load: (_input, { ask }) =>
    ask<{ items: { readonly year: number; readonly title: string }[] }>('ListProgrammes', { limit: 100 }),
  view: ({ data: { items }, actor }) => (
    <>
      <h1>年度看板</h1>
      {items.map(({ year, title }) => (
        <section>
          <h2>{title}</h2>
          <ul class="cards">
            {kindsFor(actor).map(({ kind, label, says }) => (
              <li>
                <a href={`/dashboards/${year}/${kind}`}>{label}</a>
                <small>{says}</small>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  ),
});
