/** The verifier as a page: an auditor opens it from disk, drops a bundle on it and reads the verdict. */
import { verifyBundle } from './bundle.js';
import { isWitness, keyOfLine } from './notes.js';

const byId = id => document.getElementById(id);

/** @type {Uint8Array[]} */
let checkpoints = [];
let isBusy = false;

/** @param {Blob} file */
function sourceOfBlob(file) {
  return {
    size: file.size,
    bytes: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
    stream: (start, end) => file.slice(start, end).stream(),
  };
}

/** Milliseconds of work after which the page is drawn again. */
const SLICE_MS = 40;

function pacer() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise(resolve => setTimeout(resolve));
    since = performance.now();
  };
}

function keysIn(id, ofWitness) {
  const lines = byId(id).value.split(/\s+/).filter(Boolean);
  return lines.map(line => {
    const key = keyOfLine(line);
    if (!key || isWitness(key) !== ofWitness) throw new RangeError(`这不是所要的密钥：${line}`);
    return key;
  });
}

async function verify(file) {
  if (isBusy) return;
  isBusy = true;
  byId('verdict').hidden = true;
  byId('choose').disabled = true;
  try {
    const asked = { checkpoints, keys: keysIn('key', false), witnesses: keysIn('witness', true) };
    await verifyShown(file, asked);
  } catch (error) {
    byId('status').textContent =
      error instanceof RangeError ? error.message : `未能读取文件 (the file could not be read)：${error.message}`;
  } finally {
    byId('progress').hidden = true;
    byId('choose').disabled = false;
    isBusy = false;
  }
}

async function verifyShown(file, asked) {
  const [status, progress] = [byId('status'), byId('progress')];
  status.textContent = `正在核验 ${file.name}……`;
  progress.hidden = false;
  progress.removeAttribute('value');
  const onProgress = (done, total) => {
    progress.max = Math.max(total, 1);
    progress.value = done;
    status.textContent = `正在核验 ${file.name}：第 ${done.toLocaleString('zh-CN')} 个事件……`;
  };
  const verdict = await verifyBundle(sourceOfBlob(file), { ...asked, onProgress, pause: pacer() });
  status.textContent = `已核验 ${file.name}。`;
  show(verdict);
}

/** Chinese, with English below. */
function said({ zh, en }, tag) {
  const element = document.createElement(tag);
  const small = document.createElement('small');
  small.lang = 'en';
  small.textContent = en;
  element.append(zh, small);
  return element;
}

const OUTCOMES = { passed: '✓ 相符', failed: '✗ 不符', unchecked: '－ 未核' };

function stepRow({ outcome, title, says }) {
  const row = document.createElement('tr');
  row.className = outcome;
  const result = document.createElement('td');
  result.textContent = OUTCOMES[outcome];
  row.append(result, said(title, 'td'), said(says, 'td'));
  return row;
}

function list(id, items) {
  byId(id).hidden = items.length === 0;
  byId(id)
    .querySelector('ul')
    .replaceChildren(...items.map(item => said(item, 'li')));
}

function show({ outcome, says, subject, steps, violations, remarks }) {
  const verdict = byId('verdict');
  verdict.className = outcome;
  byId('outcome').replaceChildren(...said(says, 'span').childNodes);
  byId('subject').replaceChildren(...subject.map(item => said(item, 'li')));
  byId('steps').replaceChildren(...steps.map(stepRow));
  list('violations', violations);
  list('remarks', remarks);
  verdict.hidden = false;
  byId('outcome').focus();
}

function listen() {
  const place = byId('place');
  byId('choose').addEventListener('click', () => byId('file').click());
  byId('file').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    // The same file can be chosen again.
    if (file) void verify(file).finally(() => (target.value = ''));
  });
  byId('note').addEventListener('click', () => byId('noteFile').click());
  byId('noteFile').addEventListener('change', async ({ target }) => {
    const files = [...target.files];
    checkpoints = await Promise.all(files.map(async file => new Uint8Array(await file.arrayBuffer())));
    byId('noteName').textContent = files.map(({ name }) => name).join('、');
  });
  // A file that is dropped beside the place must not take the page away.
  for (const kind of ['dragover', 'drop']) document.addEventListener(kind, event => event.preventDefault());
  document.addEventListener('dragover', () => place.classList.add('over'));
  document.addEventListener('dragleave', () => place.classList.remove('over'));
  document.addEventListener('drop', ({ dataTransfer }) => {
    place.classList.remove('over');
    const [file] = dataTransfer.files;
    if (file) void verify(file);
  });
}

listen();
