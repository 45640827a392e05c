// Preloaded (node --import) after tsx where coverage is measured.
import { register, syncBuiltinESMExports } from 'node:module';
import FakeTimers from '@sinonjs/fake-timers';

register('./strip-types.mjs', import.meta.url);

// Here src is ES modules, as it is in dist. What they import by name from Node does not follow when it is replaced.
const { install } = FakeTimers;
FakeTimers.install = (config) => {
  const clock = install(config);
  const { uninstall } = clock;
  clock.uninstall = () => {
    const timers = uninstall();
    syncBuiltinESMExports();
    return timers;
  };
  syncBuiltinESMExports();
  return clock;
};
