/** Properties over made-up cases: the same cases in every run, so that what fails fails again. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_240_101 });

export default fc;
