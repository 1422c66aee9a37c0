/** What makes pages nicer where scripts run. Every page works without it. */

const MINIMUM_ROWS = 12;

/** A page that says so shows itself again while somebody looks at it, and keeps his place. */
function refresh(main) {
  const seconds = Number(main.dataset.refresh);
  if (!seconds) return;
  let failures = 0;
  async function again() {
    if (!document.hidden && !isBusy(main)) {
      try {
        const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
        if (!answer.ok) throw new Error(String(answer.status));
        const shown = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('content');
        if (shown && !isBusy(main) && shown.innerHTML !== shownLast) {
          shownLast = shown.innerHTML;
          main.replaceChildren(...shown.childNodes);
          filterTables(main);
        }
        failures = 0;
      } catch {
        failures += 1;
      }
    }
    setTimeout(again, seconds * 1000 * 2 ** Math.min(failures, 5));
  }
  let shownLast = main.innerHTML;
  setTimeout(again, seconds * 1000);
}

/** Whoever is within the page is not disturbed: what he has focused, opened or typed stays. */
function isBusy(main) {
  const { activeElement } = document;
  const isWithin = activeElement !== main && main.contains(activeElement);
  const isNarrowed = [...main.querySelectorAll('.narrow-rows input')].some(({ value }) => value !== '');
  return isWithin || isNarrowed || main.querySelector('details[open]') !== null;
}

/** A long table can be narrowed while one types. What is on other pages of the list it does not know: it says so. */
function filterTables(within) {
  for (const table of within.querySelectorAll('.scroll > table')) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < MINIMUM_ROWS) continue;
    const label = document.createElement('label');
    label.className = 'narrow-rows';
    label.append(`在本页 ${rows.length} 行中查找`);
    const input = document.createElement('input');
    input.type = 'search';
    const found = document.createElement('small');
    found.setAttribute('role', 'status');
    label.append(input, found);
    input.addEventListener('input', () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const left = rows.filter(row => !row.hidden).length;
      found.textContent = wanted === '' ? '' : `${left} 行符合`;
    });
    table.parentElement.before(label);
  }
}

/** What stands in a form, as text. */
const contentOf = form =>
  JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value, value.size ?? 0]));

/** Leaving a form with something typed into it and not sent is asked about. */
function guardForms() {
  const untouched = new Map(
    [...document.querySelectorAll('main form[method="post"]')].map(form => [form, contentOf(form)]),
  );
  document.addEventListener('submit', ({ target }) => untouched.delete(target));
  addEventListener('beforeunload', event => {
    if ([...untouched].some(([form, content]) => contentOf(form) !== content)) event.preventDefault();
  });
}

const main = document.getElementById('content');
refresh(main);
filterTables(main);
guardForms();
