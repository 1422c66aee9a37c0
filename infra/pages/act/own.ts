/** What the machinery itself carries in a form; fields of commands begin with a letter. */
export const OWN = {
  /** Of the command that is sent: the same twice is recorded once. */
  key: '_key',
  /** The revision that was seen. */
  seen: '_seen',
  /** Names of the fields that the page gave which led here. */
  fixed: '_fixed',
  /** What the form is about, in words. */
  about: '_about',
  /** Where to go on to. */
  onward: 'to',
  /** What is asked of the form itself. */
  doing: '_do',
} as const;
