/** The copy is damaged, or its parts are not of one installation. */
export class CopyDamaged extends RangeError {
  constructor(zh: string, en: string) {
    super(`备份不完整：${zh} (the copy is damaged: ${en})`);
    this.name = 'CopyDamaged';
  }
}
