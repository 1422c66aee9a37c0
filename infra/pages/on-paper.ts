/** What a page says, for paper: the same content is printed as is shown, piece by piece. */
import { type ComponentChild, type ComponentChildren, isValidElement, type VNode } from 'preact';
import type { Block, Tone } from '../printing/long-paper.ts';

/** What is for the screen alone: ways to other pages, forms, what is drawn beside its number. */
const ON_SCREEN_ALONE = ['form', 'nav', 'svg', 'caption', 'button'];
const CLASSES_ON_SCREEN_ALONE = ['tools', 'crumbs'];

const AROUND = ['div', 'section', 'main'];

type Element = VNode<{ readonly class?: string; readonly children?: ComponentChildren }>;

/** Throws where a page has something for which paper has no form: nothing is left out in silence. */
export function blocksOf(content: ComponentChildren): readonly Block[] {
  return blocksIn(content, 'plain');
}

function blocksIn(content: ComponentChildren, tone: Tone): Block[] {
  return childrenOf(content).flatMap(child => {
    if (!isElement(child)) {
      const text = String(child).trim();
      return text === '' ? [] : [{ kind: 'paragraph', tone, text } as const];
    }
    return blocksOfElement(child, tone);
  });
}

function blocksOfElement(element: Element, tone: Tone): Block[] {
  const { type, props } = element;
  if (isOnScreenAlone(element)) return [];
  const own = toneOf(props.class) ?? tone;
  if (AROUND.includes(type as string)) return blocksIn(props.children, own);
  switch (type) {
    case 'h1':
    case 'h2':
    case 'h3':
      return [{ kind: 'heading', level: type === 'h1' ? 1 : 2, text: textIn(props.children) }];
    case 'p':
      return [{ kind: 'paragraph', tone: own, text: textIn(props.children) }];
    case 'ol':
    case 'ul':
      return [{ kind: 'list', items: found(props.children, 'li').map(textOf) }];
    case 'dl': {
      const [names, values] = [found(props.children, 'dt'), found(props.children, 'dd')];
      return [
        { kind: 'facts', facts: names.map((name, at) => [textOf(name), textIn(values[at]?.props.children)] as const) },
      ];
    }
    case 'table': {
      const [head = [], ...rows] = found(props.children, 'tr').map(row => found(row.props.children, 'th', 'td'));
      return [{ kind: 'table', heads: head.map(textOf), rows: rows.map(row => row.map(textOf)) }];
    }
  }
  throw new Error(`<${String(type)}> has no form on paper`);
}

const isOnScreenAlone = ({ type, props }: Element) =>
  ON_SCREEN_ALONE.includes(type as string) ||
  CLASSES_ON_SCREEN_ALONE.some(name => props.class?.split(' ').includes(name));

const TONES: Readonly<Record<string, Tone>> = { verdict: 'verdict', bad: 'alert', alert: 'alert', fine: 'fine' };

/** Of several the graver, which is named last. */
const toneOf = (names: string | undefined) =>
  names
    ?.split(' ')
    .map(name => TONES[name])
    .findLast(tone => tone !== undefined);

/** Elements of these names, wherever they are, though not within each other. */
function found(content: ComponentChildren, ...names: readonly string[]): Element[] {
  return childrenOf(content).flatMap(child => {
    if (!isElement(child)) return [];
    return names.includes(child.type as string) ? [child] : found(child.props.children, ...names);
  });
}

const textOf = ({ props }: Element) => textIn(props.children);

function textIn(content: ComponentChildren): string {
  return childrenOf(content)
    .map(child => (isElement(child) ? (isOnScreenAlone(child) ? '' : textOf(child)) : String(child)))
    .join('')
    .trim();
}

/** What is there, with components as what they show. */
function childrenOf(content: ComponentChildren): readonly (Element | string | number | bigint)[] {
  const children = (Array.isArray(content) ? content.flat(Number.POSITIVE_INFINITY) : [content]) as ComponentChild[];
  return children.flatMap(child => {
    if (child === null || child === undefined || typeof child === 'boolean') return [];
    if (!isValidElement(child)) return [child as string | number | bigint];
    const { type, props } = child as VNode<never>;
    return typeof type === 'function'
      ? childrenOf((type as (props: never) => ComponentChildren)(props))
      : [child as Element];
  });
}

const isElement = (child: Element | string | number | bigint): child is Element => typeof child === 'object';
