/** What the library of the command line says by itself, in Chinese first. */
import { type Command, Help } from 'commander';

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法 Usage:',
  'Arguments:': '参数 Arguments:',
  'Options:': '选项 Options:',
  'Commands:': '命令 Commands:',
};

/** By how its sentence begins. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option/, '没有此选项'],
  [/^error: unknown command/, '没有此命令'],
  [/^error: missing required argument/, '缺少参数'],
  [/^error: required option/, '缺少必填的选项'],
  [/^error: option .* argument missing/, '选项后缺少值'],
  [/^error: too many arguments/, '参数过多'],
  [/^error: .* is invalid/, '值有误'],
];

/** The same with a Chinese sentence before it; what has one of its own stays as it is. */
function faultInChinese(text: string): string {
  const [, chinese] = FAULTS.find(([begins]) => begins.test(text)) ?? [];
  return chinese === undefined ? text : `${chinese} (${text.trimEnd()})\n`;
}

/** The default of an option is told in both languages; an empty list is none. */
function optionDescription(option: Parameters<Help['optionDescription']>[0]): string {
  return new Help()
    .optionDescription(option)
    .replace(/ \(default: \[\]\)$/, '')
    .replace('(default: ', '(缺省 default: ');
}

/** Help and faults of a command, and of those that are added to it afterwards. */
export function sayInChinese(program: Command): Command {
  return program
    .helpOption('-h, --help', '显示帮助 (show this help)')
    .helpCommand('help [command]', '显示某一命令的帮助 (show the help of a command)')
    .configureHelp({ styleTitle: title => TITLES[title] ?? title, optionDescription })
    .configureOutput({ outputError: (text, write) => write(faultInChinese(text)) });
}
