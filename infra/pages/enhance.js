/** What makes pages nicer where scripts run. Every page works without it. */

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
  for (const place of within.querySelectorAll('.narrow-rows')) {
    const rows = [...place.nextElementSibling.querySelector('tbody').rows];
    const label = document.createElement('label');
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
    place.replaceChildren(label);
  }
}

/** What stood in each form when it was shown or kept last. */
const untouched = new Map();

/** What stands in a form, as text. */
const contentOf = form =>
  JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value, value.size ?? 0]));

/** Leaving a form with something typed into it, neither sent nor kept as a draft, is asked about. */
function guardForms() {
  for (const form of document.querySelectorAll('main form[method="post"]')) untouched.set(form, contentOf(form));
  document.addEventListener('submit', ({ target }) => untouched.delete(target));
  addEventListener('beforeunload', event => {
    if ([...untouched].some(([form, content]) => contentOf(form) !== content)) event.preventDefault();
  });
}

const KEPT_AFTER_MS = 3_000;
/** What a browser sends of a page that is left; more is kept with the next pause in typing. */
const KEPT_ON_LEAVING = 60_000;

/** As pages tell the time, wherever the browser is. */
const clockTime = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });

/** What is typed is kept on the server with every pause; a form that is sent is not kept once more. */
function keepDrafts(form) {
  const told = form.querySelector('.draft');
  let timer;
  let keeping = new AbortController();
  async function keep(isLeaving = false) {
    clearTimeout(timer);
    const content = contentOf(form);
    if (untouched.get(form) === undefined || untouched.get(form) === content) return;
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    body.set('_do', 'autosave');
    keeping.abort();
    keeping = new AbortController();
    const { signal } = keeping;
    try {
      const keepalive = isLeaving && String(body).length < KEPT_ON_LEAVING;
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body, signal, keepalive });
      const isJson = answer.headers.get('content-type')?.startsWith('application/json');
      if (answer.ok && untouched.has(form)) untouched.set(form, content);
      if (answer.ok) told.textContent = `草稿已于 ${clockTime.format()} 保存`;
      else if (answer.status === 401) told.textContent = '登录已结束，此后填写的内容没有保存为草稿';
      else told.textContent = isJson ? (await answer.json()).detail : '草稿没有保存';
    } catch {
      if (!signal.aborted) told.textContent = '没有连上，草稿没有保存；继续填写时再试';
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(keep, KEPT_AFTER_MS);
  });
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    keeping.abort();
  });
  document.addEventListener('visibilitychange', () => document.hidden && keep(true));
}

const megabytes = bytes => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** A file is sent as soon as it is chosen, and how far it has come is shown; where that fails it is sent with the form. */
function uploadAtOnce(form, input) {
  const field = input.closest('.ask');
  const told = field.querySelector('.kept');
  const at = input.name.replace(/:file$/, '');
  let request;
  function taken({ told: what, entries }) {
    for (const old of field.querySelectorAll('input[type="hidden"]')) old.remove();
    for (const [name, value] of entries) {
      const hidden = document.createElement('input');
      Object.assign(hidden, { type: 'hidden', name, value });
      field.append(hidden);
    }
    const beside = form.elements.namedItem(at.replace(/[^/]+$/, 'name'));
    if (beside && beside.value === '') beside.value = input.files[0].name;
    input.value = '';
    told.textContent = `已上传：${what}`;
    form.dispatchEvent(new Event('input'));
  }
  function answered() {
    const answer = (() => {
      try {
        return JSON.parse(request.responseText);
      } catch {
        return {};
      }
    })();
    const file = answer.files?.find(each => each.at === at);
    if (file) return taken(file);
    if (answer.detail) input.value = '';
    told.textContent = answer.detail ? `没有上传：${answer.detail}` : '还没有上传，将随表单一起发送';
  }
  input.addEventListener('change', () => {
    request?.abort();
    const [file] = input.files;
    if (!file) return;
    if (file.size > Number(input.dataset.most)) {
      input.value = '';
      told.textContent = `没有上传：“${file.name}”有 ${megabytes(file.size)}，超过 ${megabytes(input.dataset.most)}`;
      return;
    }
    const bar = document.createElement('progress');
    Object.assign(bar, { max: file.size, value: 0, ariaLabel: `已上传 ${file.name} 的多少` });
    told.replaceChildren(`正在上传 ${file.name}（${megabytes(file.size)}） `, bar);
    const body = new FormData();
    body.set('_do', 'upload');
    body.set(input.name, file);
    request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded }) => {
      bar.value = loaded;
    });
    request.addEventListener('load', answered);
    request.addEventListener('error', () => {
      told.textContent = '没有连上，将随表单一起发送';
    });
    request.open('POST', form.getAttribute('action'));
    request.send(body);
  });
  form.addEventListener('submit', () => request?.abort());
}

const main = document.getElementById('content');
refresh(main);
filterTables(main);
guardForms();
for (const form of document.querySelectorAll('form.act')) {
  if (form.querySelector('.draft')) keepDrafts(form);
  for (const input of form.querySelectorAll('input[type="file"]')) uploadAtOnce(form, input);
}
